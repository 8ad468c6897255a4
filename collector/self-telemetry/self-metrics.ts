import { createNoopMeter, type Meter } from "@opentelemetry/api";
import { CollectorError, ErrorCode } from "../errors.ts";
import type { Logger } from "../telemetry.ts";
import { DEFAULT_PROMETHEUS, type MetricsConfig, type ResourceConfig } from "./metrics-schema.ts";

/** The collector's own metrics: what measures, and what hands it on. */
export interface SelfMetrics {
  readonly meter: Meter;
  /** Hands on what was measured last, and frees the port. Throws nothing. */
  shutdown(signal: AbortSignal): Promise<void>;
}

const NOTHING: SelfMetrics = { meter: createNoopMeter(), shutdown: async () => {} };

/**
 * Starts to hand metrics on. Loads the SDK for that, and only then: it costs memory.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a reader that the configuration names cannot be started. Where it names none,
 * a port that is in use is a warning: another collector on the machine is no reason not to collect.
 */
export async function startSelfMetrics(
  { level, readers }: MetricsConfig,
  resource: ResourceConfig,
  logger: Logger,
): Promise<SelfMetrics> {
  if (level === "none" || readers?.length === 0) return NOTHING;
  const { startProvider } = await import("./provider.ts");
  try {
    return await startProvider({ level, readers: readers ?? [DEFAULT_PROMETHEUS], resource, logger });
  } catch (error) {
    if (readers !== undefined || !(error instanceof CollectorError) || error.code !== ErrorCode.config) throw error;
    logger.warn("Metrics are not served", { reason: error.message });
    return NOTHING;
  }
}
