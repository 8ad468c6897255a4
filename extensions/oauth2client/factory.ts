import type { ExtensionFactory } from "../../collector/component.ts";
import type { ConfigProblem } from "../../collector/config/spec.ts";
import { checkCredentialFile } from "../../collector/credential-text.ts";
import { isLoopback } from "../../collector/loopback.ts";
import { checkTls } from "../../collector/check-tls.ts";
import { oauth2ClientConfig, type OAuth2ClientConfig } from "./config.ts";
import { OAuth2Client } from "./oauth2-client.ts";
import { preflight } from "./preflight.ts";

/** The `oauth2client` extension: OAuth 2.0 client credentials for exporters. */
export const factory: ExtensionFactory<OAuth2ClientConfig> = {
  kind: "extension",
  type: "oauth2client",
  description: "Signs exporters in with OAuth 2.0 client credentials",
  stability: "alpha",
  authenticates: true,
  config: oauth2ClientConfig,
  check,
  preflight,
  create: (settings, config) => new OAuth2Client(settings, config),
};

function check({ clientId, clientSecret, tokenUrl, tls }: OAuth2ClientConfig): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [
    ...checkCredentialFile(["client_id_file"], clientId),
    ...checkCredentialFile(["client_secret_file"], clientSecret),
    ...checkTls(tls),
  ];
  if (tokenUrl.protocol === "http:" && !isLoopback(tokenUrl.hostname)) {
    const message = "sends the secret without TLS: everyone on the way can read it; use https://";
    problems.push({ path: ["token_url"], severity: "warning", message });
  }
  return problems;
}
