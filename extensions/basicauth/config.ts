import { z } from "zod";
import { filePath, secret } from "../../collector/config/fields.ts";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { Secret } from "../../collector/config/secret.ts";
import { givenOrInFile, type CredentialSource } from "../../collector/credential-text.ts";

/** Configuration of the `basicauth` extension. */
export interface BasicAuthConfig {
  readonly username: CredentialSource;
  readonly password: CredentialSource;
}

const clientAuth = z
  .strictObject({
    username: z
      .string()
      .regex(/^[^:\p{Cc}]+$/u, "must be one line without a colon")
      .optional()
      .describe("User name"),
    username_file: filePath()
      .optional()
      .describe("File with the user name, read again when it changes. Wins over `username`"),
    password: secret().optional().describe("Password"),
    password_file: filePath()
      .optional()
      .describe("File with the password, read again when it changes. Wins over `password`"),
    aws_secrets_manager: refusedKey("is not supported; let an agent write the secrets to files, and name those"),
  })
  .refine(...givenOrInFile("username"))
  .refine(...givenOrInFile("password"));

export const basicAuthConfig: ConfigSpec<BasicAuthConfig> = z
  .strictObject({
    client_auth: clientAuth.describe("Who signs in"),
    htpasswd: refusedKey("is for servers, and nothing here is asked by clients; remove it"),
  })
  .transform(({ client_auth: { username, username_file, password, password_file } }) => ({
    username: { value: username === undefined ? undefined : new Secret(username), file: username_file },
    password: { value: password, file: password_file },
  }));
