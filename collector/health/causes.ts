import { ErrorCode } from "../errors.ts";
import type { Condition } from "../storage/storage.ts";

/** Finds, in what components report, why something does not work. */
export class Causes {
  readonly #conditions: readonly Condition[];
  readonly #component: string | undefined;

  /** @param component YAML id of the integration. */
  constructor(conditions: readonly Condition[], component: string | undefined) {
    this.#conditions = conditions;
    this.#component = component;
  }

  /** Why nobody gets in: signing in fails as a whole. */
  signIn(): Condition | undefined {
    return this.#own(undefined).find(isCredentials);
  }

  /** Why one content type is refused while others may work. */
  permission(contentType: string): Condition | undefined {
    return this.#ofType(contentType).find(isCredentials);
  }

  /** Why a content type is not listed. */
  listing(contentType: string): Condition | undefined {
    return worst([...this.#ofType(contentType), ...this.#own(undefined), ...this.#own("ledger")]);
  }

  /** Why a branch does not get what is listed. */
  delivery(branch: string, contentType: string): Condition | undefined {
    const exporter = branch.slice(branch.indexOf(">") + 1);
    const found = this.#conditions.filter((one) => one.component === exporter || one.branch === branch);
    const receiver = [...this.#own(branch), ...this.#own("content"), ...this.#own("ledger")];
    return worst(found) ?? worst(receiver) ?? this.listing(contentType);
  }

  #ofType(contentType: string): readonly Condition[] {
    return [...this.#own(contentType), ...this.#own(`content of ${contentType}`)];
  }

  #own(aspect: string | undefined): readonly Condition[] {
    if (this.#component === undefined) return [];
    return this.#conditions.filter((one) => one.component === this.#component && one.aspect === aspect);
  }
}

function isCredentials({ status, code }: Condition): boolean {
  return status === "permanent_error" && code === ErrorCode.credentials;
}

function worst(conditions: readonly Condition[]): Condition | undefined {
  return conditions.find(({ status }) => status === "permanent_error") ?? conditions[0];
}
