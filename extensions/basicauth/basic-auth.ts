import type { ClientAuthenticator } from "../../collector/component.ts";
import { CredentialText } from "../../collector/credential-text.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import type { BasicAuthConfig } from "./config.ts";

/** Signs in with user name and password. @see https://www.rfc-editor.org/rfc/rfc7617 (read 2026-11-26) */
export class BasicAuth implements ClientAuthenticator {
  readonly #username: CredentialText;
  readonly #password: CredentialText;

  constructor({ username, password }: BasicAuthConfig) {
    this.#username = new CredentialText("username", username);
    this.#password = new CredentialText("password", password);
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    return this.#headers();
  }

  /** Files may have been renewed since. */
  refused({ authorization }: Readonly<Record<string, string>>): boolean {
    return this.#headers()["authorization"] !== authorization;
  }

  #headers(): Readonly<Record<string, string>> {
    const username = this.#username.reveal();
    if (username.includes(":")) {
      const message = "Cannot sign in: the user name holds a colon, which HTTP does not allow; correct username_file";
      throw new CollectorError(ErrorCode.credentials, message);
    }
    const credential = Buffer.from(`${username}:${this.#password.reveal()}`).toString("base64");
    return { authorization: `Basic ${credential}` };
  }
}
