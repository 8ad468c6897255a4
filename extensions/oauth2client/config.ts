import { z } from "zod";
import { duration, filePath, secret, tls, type TlsConfig } from "../../collector/config/fields.ts";
import { Secret } from "../../collector/config/secret.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { givenOrInFile, type CredentialSource } from "../../collector/credential-text.ts";

/** Configuration of the `oauth2client` extension. */
export interface OAuth2ClientConfig {
  readonly clientId: CredentialSource;
  readonly clientSecret: CredentialSource;
  readonly tokenUrl: URL;
  readonly scopes: readonly string[];
  /** Further parameters of the request, in the order of the file. */
  readonly endpointParams: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number;
  /** A token is renewed so long before it ends. */
  readonly expiryBufferMs: number;
  readonly tls: TlsConfig | undefined;
}

/** What the grant itself says. */
const OWN_PARAMS: ReadonlySet<string> = new Set(["grant_type", "client_id", "client_secret", "scope"]);

const paramName = z.string().superRefine((name, context) => {
  if (!OWN_PARAMS.has(name)) return;
  context.addIssue({ code: "custom", message: "is written by the extension itself; remove it", input: name });
});

export const oauth2ClientConfig: ConfigSpec<OAuth2ClientConfig> = z
  .strictObject({
    client_id: z.string().min(1).optional().describe("Client id that the authorization server knows"),
    client_id_file: filePath()
      .optional()
      .describe("File with the client id, read again when it changes. Wins over `client_id`"),
    client_secret: secret().optional().describe("Secret of the client"),
    client_secret_file: filePath()
      .optional()
      .describe("File with the secret, read again when it changes. Wins over `client_secret`"),
    token_url: tokenUrl().describe("Token endpoint of the authorization server"),
    scopes: z.array(z.string().regex(/^\S+$/, "must be one word")).default([]).describe("What to ask permission for"),
    endpoint_params: z
      .record(paramName, z.union([z.string(), z.array(z.string())]))
      .prefault({})
      .describe("Further parameters for the token endpoint, for example `audience`"),
    grant_type: z
      .literal("client_credentials", 'must be "client_credentials"')
      .optional()
      .describe("`client_credentials` only"),
    timeout: duration({ min: "1s", max: "5m" })
      .prefault("30s")
      .describe("Longest time for one request to the token endpoint"),
    expiry_buffer: duration({ max: "1h" })
      .prefault("5m")
      .describe("A token is renewed so long before it ends, or after half of its life if that is later"),
    tls: tls().optional().describe("TLS of the connection to the token endpoint"),
  })
  .refine(...givenOrInFile("client_id"))
  .refine(...givenOrInFile("client_secret"))
  .transform((value) => ({
    clientId: {
      value: value.client_id === undefined ? undefined : new Secret(value.client_id),
      file: value.client_id_file,
    },
    clientSecret: { value: value.client_secret, file: value.client_secret_file },
    tokenUrl: new URL(URL.canParse(value.token_url) ? value.token_url : "http://invalid"),
    scopes: value.scopes,
    endpointParams: Object.entries(value.endpoint_params).flatMap(([name, values]) =>
      [values].flat().map((one) => [name, one] as const),
    ),
    timeoutMs: value.timeout,
    expiryBufferMs: value.expiry_buffer,
    tls: value.tls,
  }));

function tokenUrl(): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fail = (message: string): void => context.addIssue({ code: "custom", message, input: text });
    if (url === undefined || !/^https?:$/.test(url.protocol))
      fail('must be a URL that starts with "https://" or "http://"');
    else if (url.username !== "" || url.password !== "") fail("must not hold a user name or password");
  });
}
