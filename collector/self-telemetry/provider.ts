import { randomUUID } from "node:crypto";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { AggregationType, MeterProvider, type MetricReader, type ViewOptions } from "@opentelemetry/sdk-metrics";
import type { Logger } from "../telemetry.ts";
import { version } from "../version.ts";
import type { MetricsConfig, ReaderConfig, ResourceConfig } from "./metrics-schema.ts";
import { otlpReader } from "./otlp-reader.ts";
import { observeProcess } from "./process-metrics.ts";
import { PrometheusServer } from "./prometheus-server.ts";
import type { SelfMetrics } from "./self-metrics.ts";

/** Names of instruments by who has them. */
const COMPONENTS = ["otelcol_receiver_*", "otelcol_exporter_*", "otelcol_process_*"];
const OWN = ["otel_o365_integration_*", "otel_o365_receiver_*", "otel_o365_exporter_*"];
/** Left out at level `basic`. */
const PROCESSORS = ["otelcol_processor_*", "otel_o365_processor_*", "otel_o365_xdr_*"];
/** Series per instrument. The SDK's default, 2000, is reached by 300 integrations with 7 states each. */
const CARDINALITY_LIMIT = 50_000;

export interface ProviderOptions {
  readonly level: MetricsConfig["level"];
  readonly readers: readonly ReaderConfig[];
  readonly resource: ResourceConfig;
  readonly logger: Logger;
}

/**
 * Makes the meter provider of the process with its readers, and starts them.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a port cannot be listened on or a file cannot be read. Nothing is left behind.
 */
export async function startProvider({ level, readers, resource, logger }: ProviderOptions): Promise<SelfMetrics> {
  const servers: PrometheusServer[] = [];
  const metricReaders = readers.map((config, index): MetricReader => {
    if (config.kind === "otlp") return otlpReader(config, logger);
    const server = new PrometheusServer(
      config,
      `service::telemetry::metrics::readers::${index}::pull::exporter::prometheus::port`,
    );
    servers.push(server);
    return server.reader;
  });
  const provider = new MeterProvider({ resource: resourceOf(resource), readers: metricReaders, views: viewsOf(level) });
  const release = async (): Promise<void> => {
    await Promise.allSettled([provider.shutdown(), ...servers.map((server) => server.stop())]);
  };
  try {
    for (const server of servers) await server.start();
  } catch (error) {
    await release();
    throw error;
  }
  const meter = provider.getMeter("otel-o365", version);
  observeProcess(meter);
  return {
    meter,
    async shutdown(signal) {
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
      // The last export may wait for a backend that does not answer.
      await Promise.race([release(), aborted]);
    },
  };
}

/** As the Collector: its own three unless they are set, null takes one away. */
function resourceOf(configured: ResourceConfig): Resource {
  const defaults = { "service.name": "otel-o365", "service.version": version, "service.instance.id": randomUUID() };
  const attributes = Object.entries({ ...defaults, ...configured }).filter(([, value]) => value !== null);
  return resourceFromAttributes(Object.fromEntries(attributes.map(([name, value]) => [name, value ?? undefined])));
}

function viewsOf(level: MetricsConfig["level"]): ViewOptions[] {
  const limited = (instrumentName: string): ViewOptions => ({
    instrumentName,
    aggregationCardinalityLimit: CARDINALITY_LIMIT,
  });
  const dropped = (instrumentName: string): ViewOptions => ({
    instrumentName,
    aggregation: { type: AggregationType.DROP },
  });
  return [...[...COMPONENTS, ...OWN].map(limited), ...PROCESSORS.map(level === "basic" ? dropped : limited)];
}
