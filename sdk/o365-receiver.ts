import type { Meter } from "@opentelemetry/api";
import { z } from "zod";
import type { ExporterFactory } from "../collector/component.ts";
import { loadConfig } from "../collector/config/load.ts";
import type { CollectorConfig } from "../collector/config/model.ts";
import { createRegistry } from "../collector/config/registry.ts";
import { createService } from "../collector/create-service.ts";
import { CollectorError, ErrorCode } from "../collector/errors.ts";
import type { Service } from "../collector/service.ts";
import type { StatusEntry } from "../collector/status.ts";
import type { Logger } from "../collector/telemetry.ts";
import { factory as o365 } from "../receiver/factory.ts";
import { type AcknowledgedBy, acknowledgementOf } from "./acknowledgement.ts";
import { LoggerProviderExporter, type LoggerProviderLike, type Target } from "./logger-provider-exporter.ts";
import type { O365ReceiverKeys } from "./o365-receiver-keys.ts";
import { stderrLogger } from "./own-loggers.ts";

/** Options of the receiver. What the collector's configuration file has too is as it is there, keys included. */
export interface O365ReceiverOptions {
  /** Records are emitted through its loggers, so that its processors run. It stays the program's: the receiver neither flushes nor shuts it down. */
  readonly loggerProvider: LoggerProviderLike;
  /**
   * What says that records are exported: the lossless processor among the provider's, several of them if there are, or a
   * function. A blob of the audit trail is settled in the ledger only then. No default, because `BatchLogRecordProcessor`,
   * which drops when its queue is full and does not tell, would acknowledge what it lost.
   */
  readonly acknowledgedBy: AcknowledgedBy;
  /** `receivers`: one entry for each tenant, named `o365` or `o365/NAME`. */
  readonly receivers: Readonly<Record<string, O365ReceiverKeys>>;
  /** `storage`: the folder of the ledger, which one receiver of one process may use at a time. @default { directory: "otel-o365-data" } */
  readonly storage?: { readonly directory?: string };
  /** `service`, as far as it concerns a receiver. */
  readonly service?: {
    /** @default "30s" */
    readonly shutdown_timeout?: string;
    /** @default 8388608 */
    readonly max_in_flight_bytes?: number;
    readonly health?: Readonly<Record<string, string>>;
  };
  /** Whether a record that does not reach the acknowledging processor was left out on purpose, by a processor in front or a minimum severity. @default false */
  readonly mayDrop?: boolean;
  /** Told of starts, stops and changes. Default: lines on standard error, from `warn` on. */
  readonly logger?: Logger;
  /** Default: that of the global meter provider. */
  readonly meter?: Meter;
}

const EXPORTER = "logger_provider";

/**
 * Collects the audit trail of Office 365 tenants into a `LoggerProvider` of the OpenTelemetry JS SDK: the collector's own
 * receiver, ledger and retries, with the program's processors and exporters behind them. A kill at any moment loses
 * nothing: what was not acknowledged is collected again.
 */
export class O365Receiver {
  readonly #service: Service;

  /**
   * Connects to nothing and opens nothing.
   *
   * @throws {CollectorError} `OTEL_O365_CONFIG` with every mistake in the options, a line each.
   * @throws {TypeError} When `acknowledgedBy` is something that acknowledges nothing.
   */
  constructor(options: O365ReceiverOptions) {
    const { loggerProvider, acknowledgedBy, mayDrop = false, logger = stderrLogger, meter } = options;
    const target = { loggerProvider, acknowledgement: acknowledgementOf(acknowledgedBy), mayDrop };
    this.#service = createService(configure(options, target), { logger, ...(meter === undefined ? {} : { meter }) });
  }

  /**
   * Opens the ledger and begins to collect; resolves once that is under way. Bad credentials or a backend that is down are
   * states, which statuses() tells, not failures to start.
   *
   * @throws {CollectorError} When the ledger cannot be opened: no such folder, or somebody else uses it.
   */
  start(): Promise<void> {
    return this.#service.start();
  }

  /**
   * Takes in nothing more and waits for what is emitted to be acknowledged, for as long as `shutdown_timeout` allows.
   * Idempotent. Call it before the provider's own shutdown().
   *
   * @returns True when all was acknowledged. What was not is collected again after the next start.
   */
  shutdown(): Promise<boolean> {
    return this.#service.shutdown();
  }

  /** How every part is, and since when: for a health endpoint of the program. */
  statuses(): readonly StatusEntry[] {
    return this.#service.statuses();
  }
}

function configure({ receivers, storage, service }: O365ReceiverOptions, target: Target): CollectorConfig {
  const pipelines = { logs: { receivers: Object.keys(receivers), exporters: [EXPORTER] } };
  const file = { receivers, exporters: { [EXPORTER]: {} }, storage, service: { ...service, pipelines } };
  // JSON is YAML; substitution is for files: what a program gives is meant as it is.
  const text = JSON.stringify(file).replaceAll("$", "$$$$");
  const registry = createRegistry([o365, exporterTo(target)]);
  const { config, problems } = loadConfig([{ path: "options", text }], registry, {
    env: {},
    nowMs: Date.now(),
    offlineChecks: false,
  });
  if (config !== undefined) return config;
  const told = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  throw new CollectorError(ErrorCode.config, `Cannot make an O365Receiver: ${told.join("\n")}`);
}

function exporterTo(target: Target): ExporterFactory<object> {
  return {
    kind: "exporter",
    type: EXPORTER,
    description: "Emits records through a LoggerProvider of the program",
    stability: "alpha",
    config: z.strictObject({}),
    create: (settings) => new LoggerProviderExporter(settings, target),
  };
}
