import { ConfidentialClientApplication, LogLevel, type INetworkModule } from "@azure/msal-node";
import type { O365Config } from "../config.ts";
import type { Credentials } from "./credentials.ts";

/**
 * A client for one sign-in. A new one each time, because MSAL reuses an assertion for ten minutes, and one that the server
 * refused (its clock, a replay check, another certificate) must not be sent again. It also pauses by itself after an error,
 * which is for our own scheduler to decide.
 */
export function createMsalClient(
  config: Pick<O365Config, "tenantId" | "clientId" | "thumbprint" | "endpoints">,
  credentials: Credentials,
  networkClient: INetworkModule,
): ConfidentialClientApplication {
  const { authority } = config.endpoints;
  const tenant = `${authority}/${config.tenantId}`;
  return new ConfidentialClientApplication({
    auth: {
      clientId: config.clientId,
      authority: tenant,
      knownAuthorities: [new URL(authority).host],
      // Every authority has its endpoints at the same places; giving them saves two discovery requests per sign-in.
      authorityMetadata: JSON.stringify({
        issuer: `${tenant}/v2.0`,
        authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${tenant}/oauth2/v2.0/token`,
        end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
        jwks_uri: `${tenant}/discovery/v2.0/keys`,
      }),
      clientCertificate: {
        privateKey: credentials.privateKeyPem.reveal(),
        ...(config.thumbprint === "sha1"
          ? { thumbprint: credentials.thumbprintSha1 }
          : { thumbprintSha256: credentials.thumbprintSha256 }),
      },
    },
    system: {
      networkClient,
      loggerOptions: { logLevel: LogLevel.Error, piiLoggingEnabled: false, loggerCallback: ignore },
    },
  });
}

function ignore(): void {}
