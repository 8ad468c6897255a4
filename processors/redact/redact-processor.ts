import type { Counter } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { withBody } from "../../collector/record-body.ts";
import type { RedactConfig } from "./config.ts";
import { Redactor } from "./redactor.ts";
import type { Counts } from "./rewriter.ts";

/** Takes values out of every record and passes the batch on. */
export class RedactProcessor implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #config: RedactConfig;
  readonly #next: LogsConsumer;
  readonly #redactor: Redactor;
  readonly #values: Counter;
  readonly #withheld: Counter;
  #failureLogged = false;

  constructor(settings: Settings, config: RedactConfig, next: LogsConsumer) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#redactor = new Redactor(config);
    this.#values = settings.meter.createCounter("otel_o365_processor_redact_values", {
      unit: "{value}",
      description: "Values redacted, by rule",
    });
    this.#withheld = settings.meter.createCounter("otel_o365_processor_redact_withheld_log_records", {
      unit: "{record}",
      description: "Log records that could not be redacted and passed on without their content",
    });
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Settles as the next consumer does: nothing is held here, and nothing is dropped. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const counts: Counts = new Map();
    const redacted = records.map((record) => this.#redact(record, counts));
    for (const [rule, count] of counts) this.#values.add(count, { processor: this.#settings.id, rule });
    await this.#next.consume(redacted, signal);
  }

  #redact(record: ReadableLogRecord, counts: Counts): ReadableLogRecord {
    try {
      return this.#redactor.redact(record, counts);
    } catch (error) {
      return this.#withhold(record, error);
    }
  }

  /** What cannot be redacted does not leave; that there was a record does, with its id. */
  #withhold(record: ReadableLogRecord, error: unknown): ReadableLogRecord {
    this.#withheld.add(1, { processor: this.#settings.id });
    if (!this.#failureLogged) {
      this.#failureLogged = true;
      this.#settings.logger.error(
        "Cannot redact a record: it passes on without body and attributes; look it up in the audit log by its id",
        // The class alone: messages of a parser quote what it read.
        { id: record.attributes["o365.id"], error_type: error instanceof Error ? error.name : typeof error },
      );
    }
    const kept = ["log.record.uid", "o365.id", "o365.content_type"].flatMap((name) => {
      const value = record.attributes[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return withBody({ ...record, attributes: Object.fromEntries(kept) }, this.#config.replacement);
  }
}
