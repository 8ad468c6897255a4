import { z } from "zod";
import { filePath, secret } from "../../collector/config/fields.ts";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { givenOrInFile, type CredentialSource } from "../../collector/credential-text.ts";

/** Configuration of the `bearertokenauth` extension. */
export interface BearerTokenAuthConfig {
  readonly token: CredentialSource;
  readonly scheme: string;
  /** Lower case. */
  readonly header: string;
}

export const bearerTokenAuthConfig: ConfigSpec<BearerTokenAuthConfig> = z
  .strictObject({
    scheme: z
      .string()
      .regex(/^[\w-]*$/, "must be one word, or empty for the token alone")
      .default("Bearer")
      .describe("Word in front of the token"),
    header: z
      .string()
      .regex(/^[\w-]+$/, "must be the name of a header")
      .default("Authorization")
      .describe("Header that carries it"),
    token: secret().optional().describe("The token"),
    filename: filePath().optional().describe("File with the token, read again when it changes. Wins over `token`"),
    tokens: refusedKey("is for servers, and nothing here is asked by clients; give token or filename"),
    wait_for_token_file: refusedKey("the file is read when a request needs it; remove it"),
    retry_on_failure: refusedKey("the file is read again when it changes; remove it"),
  })
  .refine(...givenOrInFile("token", "filename"))
  .transform(({ scheme, header, token, filename }) => ({
    token: { value: token, file: filename },
    scheme,
    header: header.toLowerCase(),
  }));
