import type { Counter } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { drain } from "../../collector/drain.ts";
import { CollectorError, describeError, ErrorCode } from "../../collector/errors.ts";
import { isCollectorEvent } from "../../collector/record.ts";
import { mentionsNext } from "../../collector/sdk-args.ts";
import { SdkAdapter } from "./adapter.ts";
import type { SdkProcessorConfig } from "./config.ts";
import { loadProcessor } from "./load-processor.ts";

/** What a processor did to a record, or failed to do. */
type Trouble = "failed" | "not_passed_on" | "late";

const MESSAGES: Readonly<Record<Trouble, string>> = {
  failed: "The SDK processor failed on a record, which passes on as it came; look into the processor",
  not_passed_on:
    "The SDK processor did not pass a record on, which passes on as it came; set may_drop: true if that is on purpose",
  late: "The SDK processor passed a record on after its call had ended: what it did is lost; it works asynchronously and cannot be used",
};

type OwnSettings = Pick<Settings, "id" | "logger" | "meter">;

/** Sends every record through a LogRecordProcessor of the OpenTelemetry JavaScript SDK. Nothing is held here. */
export class SdkProcessor implements Component, LogsConsumer {
  readonly #settings: OwnSettings;
  readonly #config: SdkProcessorConfig;
  readonly #next: LogsConsumer;
  readonly #adapter: SdkAdapter;
  readonly #troubles: Counter;
  readonly #dropped: Counter;
  readonly #logged = new Set<Trouble>();
  #processor: LogRecordProcessor | undefined;

  constructor(settings: OwnSettings, config: SdkProcessorConfig, next: LogsConsumer) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#adapter = new SdkAdapter({
      failed: (error) => this.#report("failed", error),
      late: () => this.#report("late"),
    });
    this.#troubles = settings.meter.createCounter("otel_o365_processor_sdk_troubles", {
      unit: "{record}",
      description: "Log records that the SDK processor failed on, did not pass on or passed on too late; they are kept",
    });
    this.#dropped = settings.meter.createCounter("otel_o365_processor_sdk_dropped_log_records", {
      unit: "{record}",
      description: "Log records that the SDK processor did not pass on, with may_drop",
    });
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when the class cannot be loaded, made or used. */
  async start(): Promise<void> {
    const args: unknown = JSON.parse(this.#config.args.reveal());
    this.#processor = await loadProcessor({
      module: this.#config.module,
      export: this.#config.export,
      args: Array.isArray(args) ? args : [],
      directory: process.cwd(),
      next: this.#adapter.tap,
    });
    this.#adapter.use(this.#processor, mentionsNext(args));
  }

  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#processor === undefined) throw notRunning(this.#settings.id);
    let dropped = 0;
    const passed = records.flatMap((record) => {
      const through = this.#pass(record);
      if (through.length === 0) dropped += 1;
      return through;
    });
    if (passed.length > 0) await this.#next.consume(passed, signal);
    if (dropped > 0) this.#dropped.add(dropped, { processor: this.#settings.id });
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    const processor = this.#processor;
    this.#processor = undefined;
    if (processor !== undefined) await drain([this.#stop(processor)], signal);
  }

  #pass(record: ReadableLogRecord): readonly ReadableLogRecord[] {
    if (isCollectorEvent(record)) return [record];
    const { records, failed } = this.#adapter.pass(record);
    if (records.length > 0 || (this.#config.mayDrop && !failed)) return records;
    if (!failed) this.#report("not_passed_on");
    return [record];
  }

  async #stop(processor: LogRecordProcessor): Promise<void> {
    try {
      await processor.shutdown();
    } catch (error) {
      this.#settings.logger.warn("The SDK processor failed to shut down", { error: describeError(error) });
    }
  }

  /** Each kind of trouble is logged once: it commonly happens with every record. */
  #report(trouble: Trouble, error?: unknown): void {
    this.#troubles.add(1, { processor: this.#settings.id, trouble });
    if (this.#logged.has(trouble)) return;
    this.#logged.add(trouble);
    this.#settings.logger.error(MESSAGES[trouble], {
      export: this.#config.export,
      ...(error === undefined ? {} : { error: describeError(error) }),
    });
  }
}

function notRunning(id: string): CollectorError {
  return new CollectorError(
    ErrorCode.unavailable,
    `Cannot pass records through ${id}: it is not running; start it first`,
  );
}
