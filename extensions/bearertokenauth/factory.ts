import type { ClientAuthenticator, ExtensionFactory } from "../../collector/component.ts";
import { checkCredentialFile, CredentialText } from "../../collector/credential-text.ts";
import { bearerTokenAuthConfig, type BearerTokenAuthConfig } from "./config.ts";

/** The `bearertokenauth` extension: a token that somebody else has obtained, for exporters. */
export const factory: ExtensionFactory<BearerTokenAuthConfig> = {
  kind: "extension",
  type: "bearertokenauth",
  description: "Signs exporters in with a token, fixed or from a file that is renewed",
  stability: "alpha",
  authenticates: true,
  config: bearerTokenAuthConfig,
  check: ({ token }) => checkCredentialFile(["filename"], token),
  create: (_settings, config) => ({
    authenticator: bearer(config),
    start: async () => {},
    shutdown: async () => {},
  }),
};

function bearer({ token, scheme, header }: BearerTokenAuthConfig): ClientAuthenticator {
  const text = new CredentialText("the token", token);
  const headers = (): Readonly<Record<string, string>> => ({
    [header]: scheme === "" ? text.reveal() : `${scheme} ${text.reveal()}`,
  });
  return {
    headers: async () => headers(),
    // The file may have been renewed since.
    refused: (sent) => headers()[header] !== sent[header],
  };
}
