import { validateHeaderName, validateHeaderValue } from "node:http";
import { z } from "zod";
import { authField, refuseTwoCredentials } from "../../collector/authenticate.ts";
import { duration, secret, tls, type TlsConfig } from "../../collector/config/fields.ts";
import { deliveryKeys } from "../../collector/config/delivery-keys.ts";
import { headersField } from "../../collector/config/headers-field.ts";
import { Secret } from "../../collector/config/secret.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { type HeaderFile, headerFiles } from "../../collector/header-files.ts";
import { collectorKeys } from "./collector-keys.ts";

/** Configuration of the `otlp_http` exporter. */
export interface OtlpHttpConfig {
  /** Where the records go: the full URL. */
  readonly logsUrl: URL;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly headerFiles: Readonly<Record<string, HeaderFile>>;
  /** Id of the extension that signs requests in. */
  readonly authenticator: string | undefined;
  readonly compression: "gzip" | "none";
  readonly encoding: "proto" | "json";
  /** For one attempt as a whole, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly tls: TlsConfig | undefined;
  /** Secret, because it may hold a password. */
  readonly proxyUrl: Secret | undefined;
  /** False: any complete 2xx that is no HTML counts as accepted. */
  readonly requireOtlpResponse: boolean;
}

/** Headers that say what the body is: the exporter writes them itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "transfer-encoding",
  "connection",
  "expect",
]);

export const otlpHttpConfig: ConfigSpec<OtlpHttpConfig> = z
  .strictObject({
    endpoint: httpUrl()
      .optional()
      .describe("Base URL of the backend; `/v1/logs` is appended. One of `endpoint` and `logs_endpoint` is required"),
    logs_endpoint: httpUrl()
      .optional()
      .describe("Full URL for logs, used as written. Takes precedence over `endpoint`"),
    headers: headersField(
      headerName(),
      secret().refine(isHeaderValue, "holds a character that HTTP does not allow in a header"),
    )
      .prefault({})
      .describe(
        "Headers to send with every request, for example `authorization`; also as a list of `name` and `value`. Values are never printed",
      ),
    header_files: headerFiles(headerName())
      .prefault({})
      .describe("Headers whose values are files' texts, read again when the file changes: for tokens that are renewed"),
    auth: authField(),
    compression: z.enum(["gzip", "none"]).default("gzip").describe("Compression of the request body"),
    encoding: z.enum(["proto", "json"]).default("proto").describe("Encoding of the request body"),
    timeout: duration({ min: "1s", max: "10m" })
      .prefault("30s")
      .describe("Longest time for one attempt, from connecting to the last byte of the answer"),
    tls: tls().optional().describe("TLS of the connection to the backend"),
    proxy_url: proxyUrl()
      .optional()
      .describe("HTTP proxy, with user and password if it needs them. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY"),
    require_otlp_response: z
      .boolean()
      .default(true)
      .describe("Count records as delivered only after a 200 with an OTLP answer. `false` accepts any 2xx but HTML"),
    ...deliveryKeys(),
    ...collectorKeys,
  })
  .refine((value) => value.endpoint !== undefined || value.logs_endpoint !== undefined, {
    path: ["endpoint"],
    message: 'is required: set it to the base URL of the backend, such as "https://otlp.example.com:4318"',
  })
  .superRefine(refuseTwoCredentials)
  .transform((value) => ({
    logsUrl: new URL(value.logs_endpoint ?? withLogsPath(value.endpoint ?? "")),
    headers: value.headers,
    headerFiles: value.header_files,
    authenticator: value.auth,
    compression: value.compression,
    encoding: value.encoding,
    timeoutMs: value.timeout,
    tls: value.tls,
    proxyUrl: value.proxy_url,
    requireOtlpResponse: value.require_otlp_response,
  }));

/** The base URL with `/v1/logs` behind its path. */
function withLogsPath(base: string): string {
  if (!URL.canParse(base)) return "http://invalid";
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/logs`;
  return url.href;
}

function httpUrl(): z.ZodType<string, string> {
  return z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fail = (message: string): void => context.addIssue({ code: "custom", message, input: text });
    if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
      fail('must be a URL that starts with "http://" or "https://"');
    } else if (url.username !== "" || url.password !== "") {
      fail("must not hold a user name or password; put an authorization header into headers");
    }
  });
}

function proxyUrl(): z.ZodType<Secret, string> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      message: 'must be a URL that starts with "http://" or "https://"',
    })
    .meta({ writeOnly: true })
    .transform((text) => new Secret(text));
}

function headerName(): z.ZodType<string, string> {
  return z.string().superRefine((name, context) => {
    if (OWN_HEADERS.has(name.toLowerCase())) {
      context.addIssue({ code: "custom", message: "is written by the exporter itself; remove it", input: name });
    } else if (!isHeaderName(name)) {
      context.addIssue({ code: "custom", message: "is no HTTP header name", input: name });
    }
  });
}

function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name);
    return true;
  } catch {
    return false;
  }
}

function isHeaderValue(value: Secret): boolean {
  try {
    validateHeaderValue("x", value.reveal());
    return true;
  } catch {
    return false;
  }
}
