import { z } from "zod";
import { authField, refuseTwoCredentials } from "../../collector/authenticate.ts";
import { duration, optionalTls, secret, type TlsConfig } from "../../collector/config/fields.ts";
import { headersField } from "../../collector/config/headers-field.ts";
import type { Secret } from "../../collector/config/secret.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { type HeaderFile, headerFiles } from "../../collector/header-files.ts";
import { deliveryKeys } from "../../collector/config/delivery-keys.ts";
import { collectorKeys } from "./collector-keys.ts";

/** Configuration of the `otlp_grpc` exporter. */
export interface OtlpGrpcConfig {
  /** `host:port`. */
  readonly target: string;
  /** No TLS. */
  readonly plaintext: boolean;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly headerFiles: Readonly<Record<string, HeaderFile>>;
  /** Id of the extension that signs requests in. */
  readonly authenticator: string | undefined;
  readonly compression: "gzip" | "none";
  /** For one attempt as a whole. */
  readonly timeoutMs: number;
  readonly tls: TlsConfig | undefined;
}

const ENDPOINT = 'must be host:port, such as "otlp.example.com:4317", or such a URL with "http://" or "https://"';
/** The names that gRPC takes for metadata; those that end in `-bin` hold bytes, which no text can be. */
const METADATA_KEY = /^[0-9a-z_.-]+$/i;
const RESERVED = /^(?:grpc-|:|content-type$|te$|user-agent$)/i;
/** Printable ASCII: what gRPC takes as the value of metadata. */
const METADATA_VALUE = /^[ -~]*$/;

const headerName = z.string().superRefine((name, context) => {
  const fail = (message: string): void => context.addIssue({ code: "custom", message, input: name });
  if (!METADATA_KEY.test(name)) fail("is no name of gRPC metadata: letters, digits, dots, dashes and underscores");
  else if (name.toLowerCase().endsWith("-bin")) fail("ends in -bin, which gRPC takes for bytes; give it another name");
  else if (RESERVED.test(name)) fail("is written by gRPC itself; remove it");
});

export const otlpGrpcConfig: ConfigSpec<OtlpGrpcConfig> = z
  .strictObject({
    endpoint: z
      .string()
      .refine((text) => readEndpoint(text) !== undefined, ENDPOINT)
      .describe("`host:port` of the backend, which means TLS; with `http://` in front it means none"),
    headers: headersField(
      headerName,
      secret().refine(
        (value) => METADATA_VALUE.test(value.reveal()),
        "holds a character that gRPC does not allow in metadata",
      ),
    )
      .prefault({})
      .describe(
        "Metadata to send with every request, for example `authorization`; also as a list of `name` and `value`. Values are never printed",
      ),
    header_files: headerFiles(headerName)
      .prefault({})
      .describe(
        "Metadata whose values are files' texts, read again when the file changes: for tokens that are renewed",
      ),
    auth: authField(),
    compression: z.enum(["gzip", "none"]).default("gzip").describe("Compression of the request"),
    timeout: duration({ min: "1s", max: "10m" })
      .prefault("30s")
      .describe("Longest time for one attempt, from connecting to the answer"),
    tls: optionalTls().optional().describe("TLS of the connection to the backend"),
    ...deliveryKeys(),
    ...collectorKeys,
  })
  .superRefine((value, context) => {
    const scheme = readEndpoint(value.endpoint)?.scheme;
    if (scheme === "https" && value.tls?.insecure === true) {
      const message = "contradicts endpoint, which begins with https://; remove one of them";
      context.addIssue({ code: "custom", path: ["tls", "insecure"], message });
    }
  })
  .superRefine(refuseTwoCredentials)
  .transform((value) => {
    const endpoint = readEndpoint(value.endpoint);
    return {
      target: endpoint?.target ?? value.endpoint,
      plaintext: endpoint?.scheme === "http" || value.tls?.insecure === true,
      headers: value.headers,
      headerFiles: value.header_files,
      authenticator: value.auth,
      compression: value.compression,
      timeoutMs: value.timeout,
      tls: value.tls,
    };
  });

interface Endpoint {
  readonly scheme: "http" | "https" | undefined;
  readonly target: string;
}

/** Reads `host:port` and URLs without a path. The port has no default: OTLP/gRPC has one by convention only. */
function readEndpoint(text: string): Endpoint | undefined {
  const [, scheme, rest = text] = /^(https?):\/\/(.*)$/.exec(text) ?? [];
  const authority = rest.replace(/\/$/, "");
  const url = `http://${authority}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, username, pathname } = new URL(url);
  const port = /:(\d{1,5})$/.exec(authority)?.[1];
  if (hostname === "" || username !== "" || pathname !== "/" || port === undefined || Number(port) > 65_535)
    return undefined;
  if (authority.includes("?") || authority.includes("#")) return undefined;
  return { scheme: scheme === "http" || scheme === "https" ? scheme : undefined, target: authority };
}
