import { z } from "zod";
import { duration, filePath, tls, type TlsConfig } from "../collector/config/fields.ts";
import type { ConfigSpec } from "../collector/config/spec.ts";
import { isLoopback } from "../collector/loopback.ts";
import type { CredentialFiles } from "./auth/credentials.ts";
import { CLOUDS, ENDPOINTS, type Cloud, type Endpoints } from "./clouds.ts";
import { AUDIT_CONTENT_TYPES, CONTENT_TYPES, nearestContentType, type ContentType } from "./content-types.ts";
import { refusedKeys } from "./refused-keys.ts";

/** Settings of one integration: one tenant seen through one application. */
export interface O365Config {
  readonly cloud: Cloud;
  /** GUID, lower case. */
  readonly tenantId: string;
  /** GUID, lower case. */
  readonly clientId: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  /** Pairs that sign in, in this order, when the one above is not accepted. */
  readonly fallbackCertificates: readonly CredentialFiles[];
  readonly thumbprint: "sha256" | "sha1";
  readonly contentTypes: readonly ContentType[];
  readonly pollIntervalMs: number;
  readonly initialLookbackMs: number;
  readonly relistMs: number;
  /** 0: never. */
  readonly reconcileIntervalMs: number;
  readonly maxRememberedRecords: number;
  /** Undefined: only the service's limit counts. */
  readonly maxInFlightBytes: number | undefined;
  readonly concurrency: number;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retry: {
    readonly initialIntervalMs: number;
    readonly maxIntervalMs: number;
    readonly randomizationFactor: number;
  };
  readonly dlpValues: "drop" | "keep";
  /** GUID, lower case. */
  readonly publisherId: string;
  /** Of the cloud, with the overrides applied. */
  readonly endpoints: Endpoints;
  readonly tls: TlsConfig | undefined;
  readonly proxy: string | undefined;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A comparison lists one window a second: with all content types and 7 days it takes as long as this. */
const MIN_RECONCILE_MS = 10 * 60_000;

function guid(remedy: (text: string) => string): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .refine((text) => GUID.test(text), {
      error: ({ input }) => `must be a GUID: current value is ${JSON.stringify(input)}; ${remedy(String(input))}`,
    })
    .transform((text) => text.toLowerCase());
}

function tenantRemedy(text: string): string {
  if (!text.includes(".")) return 'take "Directory (tenant) ID" from the app registration in the Entra admin center';
  return `this is a domain: the API takes the tenant's GUID only, which is in the "issuer" of https://login.microsoftonline.com/${encodeURIComponent(text.trim())}/v2.0/.well-known/openid-configuration`;
}

/** An address without a trailing slash. Tokens go there, so that clear text is for this machine only, if at all. */
function address(clearText: "on_loopback" | "never"): z.ZodType<string, string> {
  return z
    .url({ protocol: /^https?$/, error: "must be a URL such as https://manage.office.com" })
    .refine(
      (text) => isPrivateChannel(text, clearText === "on_loopback"),
      "must use https, because what is sent in clear text can be read on the way",
    )
    .refine((text) => !/[?#@]/.test(text), "must hold neither a user, a query nor a fragment")
    .transform((text) => text.replace(/\/+$/, ""));
}

function isPrivateChannel(text: string, loopback: boolean): boolean {
  const url = URL.parse(text);
  return url === null || url.protocol === "https:" || (loopback && isLoopback(url.hostname));
}

const contentType = z.enum(CONTENT_TYPES, {
  error: (issue) => {
    const near = typeof issue.input === "string" ? nearestContentType(issue.input) : undefined;
    const remedy =
      near === undefined ? "Teams, Power Platform and Defender are in Audit.General" : `did you mean "${near}"?`;
    return `must be one of ${CONTENT_TYPES.join(", ")}: current value is ${JSON.stringify(issue.input)}; ${remedy}`;
  },
});

const retry = z
  .strictObject({
    initial_interval: duration({ min: "10ms", max: "1h" })
      .prefault("1s")
      .describe("Delay after the first failure; it doubles with each further one"),
    max_interval: duration({ min: "10ms", max: "1h" }).prefault("5m").describe("Longest delay between two attempts"),
    randomization_factor: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe("Share of the delay that is left to chance, so that many collectors do not come back together"),
  })
  .refine((value) => value.initial_interval <= value.max_interval, {
    path: ["initial_interval"],
    error: "must not be longer than max_interval",
  });

const endpoints = z.strictObject({
  api: address("on_loopback").optional().describe("Root of the Management Activity API, instead of the cloud's"),
  authority: address("never").optional().describe("Address of Entra ID, instead of the cloud's"),
  scope: z.string().min(1).optional().describe("Scope that tokens are asked for, instead of the cloud's"),
});

const fallbackCertificate = z
  .strictObject({
    certificate_file: filePath().describe("As certificate_file above"),
    private_key_file: filePath().describe("As private_key_file above"),
  })
  .transform((value): CredentialFiles => ({
    certificateFile: value.certificate_file,
    privateKeyFile: value.private_key_file,
  }));

const keys = z.strictObject({
  cloud: z.enum(CLOUDS).default("commercial").describe("Cloud that the tenant lives in; it sets all addresses"),
  tenant_id: guid(tenantRemedy).describe("GUID of the tenant whose audit log is collected"),
  client_id: guid(
    () => 'take "Application (client) ID" from the app registration, not the object id or the id of a secret',
  ).describe("GUID of the app registration that collects it"),
  certificate_file: filePath().describe("PEM file of the certificate that is registered on the app"),
  private_key_file: filePath().describe("PEM file of the certificate's RSA private key, not encrypted"),
  fallback_certificates: z
    .array(fallbackCertificate)
    .max(8)
    .default([])
    .describe(
      "More pairs, each with certificate_file and private_key_file: the first that Entra ID accepts signs in. For the time between the upload of a new certificate and the end of the old one",
    ),
  thumbprint: z
    .enum(["sha256", "sha1"])
    .default("sha256")
    .describe("How the certificate is named at sign-in: sha256 signs with PS256, sha1 with RS256"),
  content_types: z
    .array(contentType)
    .min(1, "must name at least one content type")
    .refine((types) => new Set(types).size === types.length, "must not name a content type twice")
    .default([...AUDIT_CONTENT_TYPES])
    .describe("What is collected; DLP.All needs the permission ActivityFeed.ReadDlp and is off by default"),
  poll_interval: duration({ min: "1s", max: "1d" }).prefault("1m").describe("Time between two listings"),
  initial_lookback: duration({ max: "7d" })
    .prefault("24h")
    .describe("How far back collection starts when it never ran before; the service keeps 7 days"),
  relist: duration({ min: "10m", max: "7d" })
    .prefault("1h")
    .describe("How far back windows are listed again on every poll, for blobs that appear late"),
  reconcile_interval: duration({ max: "1d" })
    .refine((ms) => ms === 0 || ms >= MIN_RECONCILE_MS, "must be 0s, which switches it off, or between 10m and 1d")
    .prefault("6h")
    .describe(
      "Time between two comparisons of all that the service still lists with what was listed; 0s switches them off",
    ),
  max_remembered_records: z
    .int()
    .min(100_000)
    .max(100_000_000)
    .default(3_000_000)
    .describe("Records remembered for each pipeline and exporter, so that they are not delivered again within 7 days"),
  max_in_flight_bytes: z
    .int()
    .min(1_048_576)
    .optional()
    .describe(
      "Most bytes of blobs that this receiver holds at a time, in equal parts for its pipelines and exporters. Default: what service::max_in_flight_bytes lets it have",
    ),
  concurrency: z.int().min(1).max(32).default(4).describe("Blobs fetched at a time"),
  request_timeout: duration({ min: "1s", max: "1h" })
    .prefault("60s")
    .describe(
      "Longest wait for an answer, and for the next byte of a blob; a blob must also bring 1 kB a second on average",
    ),
  connect_timeout: duration({ min: "100ms", max: "10m" }).prefault("10s").describe("Longest wait for a connection"),
  retry: retry.prefault({}).describe("Delays between attempts after a failure; attempts never end"),
  dlp_values: z
    .enum(["drop", "keep"])
    .default("drop")
    .describe("What happens to the secrets that data loss prevention matched; keep stores them in the backend"),
  publisher_id: guid(() => "leave it out to use the tenant's own")
    .optional()
    .describe("GUID of the tenant of whoever runs the collector; selects the request quota. Default: tenant_id"),
  endpoints: endpoints.prefault({}).describe("Addresses instead of the cloud's, for tests and unlisted clouds"),
  tls: tls().optional().describe("TLS of connections to Entra ID and the API"),
  proxy: z
    .url({ protocol: /^https?$/, error: "must be the URL of an HTTP proxy, such as http://proxy.example.com:3128" })
    // It may hold a password.
    .meta({ writeOnly: true })
    .optional()
    .describe("URL of an HTTP proxy; without it HTTPS_PROXY and NO_PROXY of the environment decide"),
  ...refusedKeys,
});

/** YAML keys of the receiver. */
export const config: ConfigSpec<O365Config> = keys.transform((value): O365Config => ({
  cloud: value.cloud,
  tenantId: value.tenant_id,
  clientId: value.client_id,
  certificateFile: value.certificate_file,
  privateKeyFile: value.private_key_file,
  fallbackCertificates: value.fallback_certificates,
  thumbprint: value.thumbprint,
  contentTypes: value.content_types,
  pollIntervalMs: value.poll_interval,
  initialLookbackMs: value.initial_lookback,
  relistMs: value.relist,
  reconcileIntervalMs: value.reconcile_interval,
  maxRememberedRecords: value.max_remembered_records,
  maxInFlightBytes: value.max_in_flight_bytes,
  concurrency: value.concurrency,
  requestTimeoutMs: value.request_timeout,
  connectTimeoutMs: value.connect_timeout,
  retry: {
    initialIntervalMs: value.retry.initial_interval,
    maxIntervalMs: value.retry.max_interval,
    randomizationFactor: value.retry.randomization_factor,
  },
  dlpValues: value.dlp_values,
  publisherId: value.publisher_id ?? value.tenant_id,
  endpoints: {
    api: value.endpoints.api ?? ENDPOINTS[value.cloud].api,
    authority: value.endpoints.authority ?? ENDPOINTS[value.cloud].authority,
    scope: value.endpoints.scope ?? ENDPOINTS[value.cloud].scope,
  },
  tls: value.tls,
  proxy: value.proxy,
}));
