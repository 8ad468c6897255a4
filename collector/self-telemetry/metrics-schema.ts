import { z } from "zod";
import { COLLECTOR_METRICS_KEYS, COLLECTOR_RESOURCE_KEYS } from "../config/collector-keys.ts";
import { duration, filePath, secret } from "../config/fields.ts";
import { headersField } from "../config/headers-field.ts";
import { refusedKey } from "../config/refused-key.ts";
import type { Secret } from "../config/secret.ts";

/** `service::telemetry::metrics`. */
export interface MetricsConfig {
  readonly level: "none" | "basic" | "normal" | "detailed";
  /** Undefined: nobody asked for any, so that Prometheus is served at the default port if that is free. */
  readonly readers: readonly ReaderConfig[] | undefined;
}

export type ReaderConfig = PrometheusConfig | OtlpMetricsConfig;

/** Where Prometheus reads. */
export interface PrometheusConfig {
  readonly kind: "prometheus";
  readonly host: string;
  readonly port: number;
  readonly withoutScopeInfo: boolean;
}

/** Where metrics are sent. */
export interface OtlpMetricsConfig {
  readonly kind: "otlp";
  readonly url: URL;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

export const DEFAULT_PROMETHEUS: PrometheusConfig = {
  kind: "prometheus",
  host: "localhost",
  port: 8888,
  withoutScopeInfo: true,
};

const prometheus = z
  .strictObject({
    host: z.string().min(1).default(DEFAULT_PROMETHEUS.host).describe("Address to listen on"),
    port: z.int().min(0).max(65_535).default(DEFAULT_PROMETHEUS.port).describe("Port to listen on; /metrics is served"),
    without_scope_info: z.boolean().default(true).describe("Leave out the labels that name the meter"),
    without_units: z
      .literal(true, "is not available: names carry no unit here; remove it")
      .optional()
      .describe("Always so"),
    without_type_suffix: z
      .literal(false, "is not available: counters end in _total; remove it")
      .optional()
      .describe("Always so: counters end in _total"),
    with_resource_constant_labels: refusedKey(
      "is not available: resource attributes are in target_info; remove it, and join with target_info",
    ),
  })
  .transform((value) => ({
    kind: "prometheus" as const,
    host: value.host,
    port: value.port,
    withoutScopeInfo: value.without_scope_info,
  }));

/** Milliseconds as the OpenTelemetry configuration has them, or a duration as everywhere else here. */
function millis(fallback: string): z.ZodType<number, string | number | undefined> {
  return z.union([z.int().min(1000), duration({ min: "1s", max: "1h" })]).prefault(fallback);
}

const otlp = z.strictObject({
  protocol: z
    .literal("http/protobuf", 'must be "http/protobuf": that is what metrics are sent by')
    .default("http/protobuf")
    .describe("`http/protobuf` only"),
  endpoint: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      message: 'must be a URL that starts with "http://" or "https://"',
    })
    .describe("URL of the backend; /v1/metrics is appended when it has no path"),
  headers: headersField(z.string(), secret())
    .prefault({})
    .describe("Headers to send, as a mapping or as a list of name and value"),
  certificate: filePath().optional().describe("PEM file of certificate authorities to trust"),
  client_certificate: filePath().optional().describe("PEM file of the client certificate"),
  client_key: filePath().optional().describe("PEM file of the client certificate's private key"),
});

const periodic = z
  .strictObject({
    interval: millis("1m").describe("Time between two exports: milliseconds, or a duration such as 30s"),
    timeout: millis("30s").describe("Longest time for one export: milliseconds, or a duration"),
    exporter: z.strictObject({ otlp }),
  })
  .refine(({ interval, timeout }) => timeout <= interval, {
    path: ["timeout"],
    message: "must not be longer than interval",
  })
  .transform(({ interval, timeout, exporter }): OtlpMetricsConfig => ({
    kind: "otlp",
    url: metricsUrl(exporter.otlp.endpoint),
    intervalMs: interval,
    timeoutMs: timeout,
    headers: exporter.otlp.headers,
    caFile: exporter.otlp.certificate,
    certFile: exporter.otlp.client_certificate,
    keyFile: exporter.otlp.client_key,
  }));

const reader = z
  .strictObject({
    pull: z.strictObject({ exporter: z.strictObject({ prometheus }) }).optional(),
    periodic: periodic.optional(),
  })
  .refine(({ pull, periodic: push }) => (pull === undefined) !== (push === undefined), "needs either pull or periodic")
  .transform(({ pull, periodic: push }): ReaderConfig => push ?? pull?.exporter.prometheus ?? DEFAULT_PROMETHEUS);

/** `service::telemetry::metrics`. */
export const metricsSchema: z.ZodType<MetricsConfig> = z
  .strictObject({
    ...COLLECTOR_METRICS_KEYS,
    level: z
      .enum(["none", "basic", "normal", "detailed"])
      .default("normal")
      .describe(
        "How much is measured: `none`; `basic`, without processors; `normal`, everything; `detailed`, the same",
      ),
    readers: z
      .array(reader)
      .optional()
      .describe("Who gets the metrics. Default: Prometheus reads them at localhost:8888/metrics, if that port is free"),
    address: refusedKey("was replaced in the Collector too; write readers with pull::exporter::prometheus"),
  })
  .transform(({ level, readers }) => ({ level, readers }))
  .describe("The collector's own metrics");

/** `service::telemetry::resource`. */
export const resourceSchema: z.ZodType<ResourceConfig> = z
  .object(COLLECTOR_RESOURCE_KEYS)
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .transform((attributes) => Object.fromEntries(Object.entries(attributes).filter(isAttribute)))
  .describe("Resource attributes of the collector's own metrics; null takes a default one away");

type ResourceValue = string | number | boolean | null;
export type ResourceConfig = Readonly<Record<string, ResourceValue>>;

function isAttribute(entry: readonly [string, unknown]): entry is [string, ResourceValue] {
  return entry[1] === null || ["string", "number", "boolean"].includes(typeof entry[1]);
}

function metricsUrl(text: string): URL {
  const url = new URL(URL.canParse(text) ? text : "http://invalid");
  if (url.pathname === "/") url.pathname = "/v1/metrics";
  return url;
}
