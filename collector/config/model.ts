import type { AnyFactory } from "../component.ts";
import type { HealthThresholds } from "../health/thresholds.ts";
import type { Problem } from "./problem.ts";
import type { FactoryOf } from "./registry.ts";
import type { StorageConfig, TelemetryConfig } from "./service-schema.ts";

/** A component as the configuration defines it. */
export interface ConfiguredComponent<F extends AnyFactory = AnyFactory> {
  /** As written in YAML, other spellings of the type included: `otlphttp/siem`. */
  readonly id: string;
  /** The factory's own type: `otlp_http`. */
  readonly type: string;
  /** The part after the slash. */
  readonly name: string | undefined;
  readonly factory: F;
  /** What the factory's schema made of the YAML: hand it to `factory.create`. */
  readonly config: unknown;
}

/** A pipeline with its component ids; patterns are resolved and every id is defined. */
export interface PipelineConfig {
  /** `logs` or `logs/NAME`. */
  readonly id: string;
  readonly receivers: readonly string[];
  /** In the order in which records pass them. */
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** A configuration without errors. Maps are keyed by id and in the order of the file. */
export interface CollectorConfig {
  readonly receivers: ReadonlyMap<string, ConfiguredComponent<FactoryOf<"receiver">>>;
  readonly processors: ReadonlyMap<string, ConfiguredComponent<FactoryOf<"processor">>>;
  readonly exporters: ReadonlyMap<string, ConfiguredComponent<FactoryOf<"exporter">>>;
  /** Those that `service::extensions` names, in its order. */
  readonly extensions: ReadonlyMap<string, ConfiguredComponent<FactoryOf<"extension">>>;
  readonly pipelines: readonly PipelineConfig[];
  readonly storage: StorageConfig;
  /** `service::shutdown_timeout`. */
  readonly shutdownTimeoutMs: number;
  /** `service::max_in_flight_bytes`. */
  readonly maxInFlightBytes: number;
  readonly health: HealthThresholds;
  readonly telemetry: TelemetryConfig;
}

/** What became of the configuration files. */
export interface ConfigResult {
  /** Undefined when there is an error among the problems. */
  readonly config: CollectorConfig | undefined;
  /** Errors and warnings in the order of the files, lines and columns. */
  readonly problems: readonly Problem[];
}
