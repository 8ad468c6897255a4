import { z } from "zod";
import { defaultThresholds, type HealthThresholds } from "../health/thresholds.ts";
import {
  type MetricsConfig,
  metricsSchema,
  type ResourceConfig,
  resourceSchema,
} from "../self-telemetry/metrics-schema.ts";
import { COLLECTOR_LOGS_KEYS, COLLECTOR_TELEMETRY_KEYS } from "./collector-keys.ts";
import { duration, formatDuration } from "./fields.ts";

/** `service` without its pipelines: those are checked against the components. */
export interface ServiceConfig {
  /** How long components may take to settle what they hold when the collector stops. */
  readonly shutdownTimeoutMs: number;
  /** Bytes of blobs that all receivers together hold at a time. */
  readonly maxInFlightBytes: number;
  readonly health: HealthThresholds;
  readonly telemetry: TelemetryConfig;
}

/** The collector's own telemetry. */
export interface TelemetryConfig {
  readonly logs: {
    readonly level: "debug" | "info" | "warn" | "error";
    /** `auto`: console on a terminal, JSON elsewhere. */
    readonly encoding: "console" | "json" | "auto";
  };
  readonly metrics: MetricsConfig;
  /** Resource attributes of the metrics. */
  readonly resource: ResourceConfig;
}

/** Where state is kept. */
export interface StorageConfig {
  /** A folder, relative to the working directory of the process. */
  readonly directory: string;
  /** Most bytes of dead letters that one exporter may have there. */
  readonly maxDeadLetterBytes: number;
}

const logs = z
  .strictObject({
    ...COLLECTOR_LOGS_KEYS,
    level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("The least severe lines to write"),
    encoding: z
      .enum(["console", "json", "auto"])
      .default("auto")
      .describe("Form of the lines; auto is console on a terminal and JSON elsewhere"),
  })
  .transform(({ level, encoding }) => ({ level, encoding }))
  .describe("The collector's own log, written to standard error");

const telemetry = z
  .strictObject({
    ...COLLECTOR_TELEMETRY_KEYS,
    logs: logs.prefault({}),
    metrics: metricsSchema.prefault({}),
    resource: resourceSchema.default({}),
  })
  .describe("The collector's own telemetry");

const health = z
  .strictObject({
    degraded_after: duration({ min: "1m", max: "1d" })
      .prefault(formatDuration(defaultThresholds.degradedAfterMs))
      .describe("Trouble that is older than this makes an integration Degraded"),
    unhealthy_after: duration({ min: "1m", max: "7d" })
      .prefault(formatDuration(defaultThresholds.unhealthyAfterMs))
      .describe("Trouble that is older than this makes it Unhealthy"),
    watchdog: duration({ min: "1m", max: "7d" })
      .prefault(formatDuration(defaultThresholds.watchdogMs))
      .describe("Once no listing of a content type has succeeded for longer, the collector says so as an event"),
    quiet_after: duration({ max: "30d" })
      .prefault(formatDuration(defaultThresholds.quietAfterMs))
      .describe(
        "A content type that used to have content and has had none for longer, and for longer than its own pauses, is Quiet; 0s switches that off",
      ),
  })
  .check((context) => {
    const { degraded_after, unhealthy_after, watchdog } = context.value;
    for (const [key, value] of Object.entries({ unhealthy_after, watchdog })) {
      if (value >= degraded_after) continue;
      const message = `must not be shorter than degraded_after (${formatDuration(degraded_after)})`;
      context.issues.push({ code: "custom", path: [key], message, input: formatDuration(value) });
    }
  })
  .transform((value) => ({
    degradedAfterMs: value.degraded_after,
    unhealthyAfterMs: value.unhealthy_after,
    watchdogMs: value.watchdog,
    quietAfterMs: value.quiet_after,
  }))
  .describe("When an integration counts as troubled");

/** One entry of `service::pipelines`. */
export const pipelineSchema: z.ZodType<PipelineNames> = z.strictObject({
  receivers: z
    .array(z.string())
    .default([])
    .describe("Ids of receivers; a pattern such as o365/* names all that match"),
  processors: z.array(z.string()).default([]).describe("Ids of processors, in the order in which records pass them"),
  exporters: z.array(z.string()).default([]).describe("Ids of exporters; each gets all records"),
});

/** A pipeline as written: ids and patterns. */
export interface PipelineNames {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** `service`. */
export const serviceSchema: z.ZodType<ServiceConfig> = z
  .strictObject({
    pipelines: z
      .unknown()
      .optional()
      .describe("What flows where: logs or logs/NAME, each with receivers, processors, exporters"),
    extensions: z
      .array(z.string())
      .default([])
      .describe("Ids of the extensions to run, in the order in which they start"),
    shutdown_timeout: duration({ min: "1s", max: "1h" })
      .prefault("30s")
      .describe("How long components may take to settle what they hold when the collector stops"),
    max_in_flight_bytes: z
      .int()
      .min(1_048_576)
      .default(8_388_608)
      .describe(
        "Bytes of blobs that all receivers together hold until they are delivered; memory use is 4 to 6 times that",
      ),
    health: health.prefault({}),
    telemetry: telemetry.prefault({}),
  })
  .transform((value) => ({
    shutdownTimeoutMs: value.shutdown_timeout,
    maxInFlightBytes: value.max_in_flight_bytes,
    health: value.health,
    telemetry: value.telemetry,
  }));

/** `storage`. */
export const storageSchema: z.ZodType<StorageConfig> = z
  .strictObject({
    directory: z
      .string()
      .min(1, "must be the path of a folder")
      .default("otel-o365-data")
      .describe("Folder of the ledger of what was collected and delivered, and of dead letters; made when absent"),
    max_dead_letter_bytes: z
      .int()
      .min(1_048_576)
      .default(1_073_741_824)
      .describe("Most bytes of dead letters per exporter; beyond it refused records are held, and intake with them"),
  })
  .transform((value) => ({ directory: value.directory, maxDeadLetterBytes: value.max_dead_letter_bytes }));

/** `receivers`, `processors` and `exporters`, before their entries are looked at. */
export const sectionSchema: z.ZodType<Record<string, unknown>> = z.record(z.string(), z.unknown());
