import type { LogRecordExporter, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { formatDuration } from "../../collector/config/fields.ts";
import { drain, UnderWay } from "../../collector/drain.ts";
import { CollectorError, describeError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { SdkConfig } from "./config.ts";
import { classify } from "./failure.ts";
import { loadExporter } from "./load-exporter.ts";

/** `ExportResultCode.SUCCESS` of @opentelemetry/core, which is no direct dependency. */
const SUCCESS = 0;

/** Hands batches to a LogRecordExporter of the OpenTelemetry JavaScript SDK. */
export class SdkExporter implements Component, LogsConsumer {
  readonly #settings: Pick<Settings, "logger" | "clock">;
  readonly #config: SdkConfig;
  readonly #underWay = new UnderWay();
  readonly #stop = new AbortController();
  #exporter: LogRecordExporter | undefined;

  /** @param exporter Used as it is instead of the configured class. */
  constructor(settings: Pick<Settings, "logger" | "clock">, config: SdkConfig, exporter?: LogRecordExporter) {
    this.#settings = settings;
    this.#config = config;
    this.#exporter = exporter;
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when the class cannot be loaded or made. */
  async start(): Promise<void> {
    const args: unknown = JSON.parse(this.#config.args.reveal());
    this.#exporter ??= await loadExporter({
      module: this.#config.module,
      export: this.#config.export,
      args: Array.isArray(args) ? args : [],
      directory: process.cwd(),
    });
  }

  /**
   * @throws {PermanentError} When the exporter's error carries an HTTP status that refuses the records for good.
   * @throws {RetryableError} When it reports any other failure, throws or is silent for too long.
   */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const exporter = this.#exporter;
    if (exporter === undefined) throw this.#cannot("the exporter is not running", "start it first");
    if (records.length === 0) return;
    await this.#underWay.track(this.#export(exporter, records, signal));
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    const exporter = this.#exporter;
    this.#exporter = undefined;
    if (exporter === undefined) return;
    await this.#underWay.drain(signal);
    this.#stop.abort(this.#cannot("the exporter was shut down", "send the records again after the next start"));
    await drain([this.#stopExporter(exporter)], signal);
  }

  async #stopExporter(exporter: LogRecordExporter): Promise<void> {
    try {
      await exporter.shutdown();
    } catch (error) {
      this.#settings.logger.warn("The SDK exporter failed to shut down", { error: describeError(error) });
    }
  }

  async #export(
    exporter: LogRecordExporter,
    records: readonly ReadableLogRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const { exportTimeoutMs } = this.#config;
    const timeout = this.#settings.clock.timeoutSignal(exportTimeoutMs);
    const stopped = this.#stop.signal;
    const ended = AbortSignal.any([signal, stopped, timeout]);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      const todo = "raise export_timeout or look into the backend";
      const late = this.#cannot(`no result came within ${formatDuration(exportTimeoutMs)}`, todo);
      reject(signal.aborted ? signal.reason : stopped.aborted ? stopped.reason : late);
    };
    ended.addEventListener("abort", giveUp, { once: true });
    try {
      exporter.export(records.slice(), ({ code, error }: { readonly code: number; readonly error?: Error }) => {
        if (code === SUCCESS) resolve();
        else reject(classify(error, this.#config.export));
      });
      await promise;
    } catch (error) {
      if (ended.aborted || error instanceof CollectorError) throw error;
      throw classify(error, this.#config.export);
    } finally {
      ended.removeEventListener("abort", giveUp);
    }
  }

  #cannot(seen: string, todo: string): RetryableError {
    return new RetryableError(
      ErrorCode.unavailable,
      `Cannot export records through ${this.#config.export}: ${seen}; ${todo}`,
    );
  }
}
