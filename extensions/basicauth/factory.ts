import type { ExtensionFactory } from "../../collector/component.ts";
import { checkCredentialFile } from "../../collector/credential-text.ts";
import { BasicAuth } from "./basic-auth.ts";
import { basicAuthConfig, type BasicAuthConfig } from "./config.ts";

/** The `basicauth` extension: user name and password for exporters. */
export const factory: ExtensionFactory<BasicAuthConfig> = {
  kind: "extension",
  type: "basicauth",
  description: "Signs exporters in with user name and password",
  stability: "alpha",
  authenticates: true,
  config: basicAuthConfig,
  check: ({ username, password }) => [
    ...checkCredentialFile(["client_auth", "username_file"], username),
    ...checkCredentialFile(["client_auth", "password_file"], password),
  ],
  create: (_settings, config) => ({
    authenticator: new BasicAuth(config),
    start: async () => {},
    shutdown: async () => {},
  }),
};
