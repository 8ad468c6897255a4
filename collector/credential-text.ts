import { ChangingFile } from "./changing-file.ts";
import type { ConfigProblem } from "./config/spec.ts";
import type { Secret } from "./config/secret.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";

/** Where a part of a credential comes from; the file wins. */
export interface CredentialSource {
  readonly value: Secret | undefined;
  readonly file: string | undefined;
}

/** Printable text on one line: what a header or a form can carry. */
const USABLE = /^[^\p{Cc}]+$/u;

/** A part of a credential that stands in the configuration or in a file that somebody renews. */
export class CredentialText {
  readonly #value: Secret | undefined;
  readonly #file: ChangingFile | undefined;

  /** @param what For messages: `client_secret`. */
  constructor(what: string, { value, file }: CredentialSource) {
    this.#value = value;
    if (file === undefined) return;
    const cannot = (seen: string, cause?: unknown): CollectorError =>
      new CollectorError(ErrorCode.credentials, `Cannot read ${what} from "${file}": ${seen}`, { cause });
    this.#file = new ChangingFile(file, {
      isUsable: (text) => USABLE.test(text),
      unusable: () => cannot("it is empty or holds more than one line; write the value alone into it"),
      unreadable: (cause) => cannot(`${describeError(cause)}; check the path and who may read it`, cause),
    });
  }

  /**
   * The text as it is now.
   *
   * @throws {CollectorError} `OTEL_O365_CREDENTIALS` when the file was never readable, or holds no text of one line.
   */
  reveal(): string {
    return this.#file?.read() ?? this.#value?.reveal() ?? "";
  }
}

/** For `refine()` of a schema: a part of a credential must stand in the configuration or in a file. */
export function givenOrInFile(
  key: string,
  fileKey: string = `${key}_file`,
): [check: (value: Readonly<Record<string, unknown>>) => boolean, problem: { path: string[]; message: string }] {
  return [
    (value) => value[key] !== undefined || value[fileKey] !== undefined,
    { path: [key], message: `is required; give ${key} or ${fileKey}` },
  ];
}

/** For `validate`: whether the file can be used, as it is now. */
export function checkCredentialFile(path: readonly string[], source: CredentialSource): readonly ConfigProblem[] {
  if (source.file === undefined) return [];
  try {
    new CredentialText(path.at(-1) ?? "", source).reveal();
    return [];
  } catch (error) {
    return [{ path, message: describeError(error) }];
  }
}
