import { readFileSync } from "node:fs";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import {
  AggregationTemporality,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { CollectorError, describeError, ErrorCode } from "../errors.ts";
import { hideCredentials } from "../hide-credentials.ts";
import type { Logger } from "../telemetry.ts";
import type { OtlpMetricsConfig } from "./metrics-schema.ts";

/** `ExportResultCode.SUCCESS` of @opentelemetry/core, which is no direct dependency. */
const SUCCESS = 0;

/**
 * Sends metrics now and then. A backend that does not take them is said once, and once when it takes them again: the audit trail does not wait for it.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a file cannot be read.
 */
export function otlpReader(config: OtlpMetricsConfig, logger: Logger): MetricReader {
  const { url, headers, intervalMs, timeoutMs, caFile, certFile, keyFile } = config;
  const files = { ca: read(caFile), cert: read(certFile), key: read(keyFile) };
  const tls = Object.fromEntries(Object.entries(files).filter(([, value]) => value !== undefined));
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()]));
  const exporter = new OTLPMetricExporter({
    url: url.href,
    headers: sent,
    timeoutMillis: timeoutMs,
    // Node.js lets a variable of the environment decide otherwise.
    httpAgentOptions: { keepAlive: true, rejectUnauthorized: true, ...tls },
  });
  const describe = (error: Error): string => hideCredentials(describeError(error), sent);
  return new PeriodicExportingMetricReader({
    exporter: sayingOnce(exporter, `${url.origin}${url.pathname}`, describe, logger),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
  });
}

/** The reader would write a line for every export that fails. */
function sayingOnce(
  exporter: PushMetricExporter,
  destination: string,
  describe: (error: Error) => string,
  logger: Logger,
): PushMetricExporter {
  let isWell = true;
  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        const { error } = result;
        const isDelivered = error === undefined;
        if (error !== undefined && isWell) {
          const message = `Cannot send metrics to ${destination}: ${describe(error)}; check endpoint and headers under service::telemetry::metrics`;
          logger.warn("Metrics are not delivered; the audit trail is not affected", { reason: message });
        }
        if (isDelivered && !isWell) logger.info("Metrics are delivered again", { destination });
        isWell = isDelivered;
        done({ code: SUCCESS });
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    selectAggregationTemporality: (type) =>
      exporter.selectAggregationTemporality?.(type) ?? AggregationTemporality.CUMULATIVE,
  };
}

function read(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CollectorError(
      ErrorCode.config,
      `Cannot read "${path}" for service::telemetry::metrics: ${describeError(cause)}; correct the path`,
      { cause },
    );
  }
}
