import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from "@opentelemetry/api";

/** Why a batch was sent. */
export type Trigger = "size" | "timeout" | "shutdown";

/** What the `batch` processor counts, under the Collector's names where it has one. */
export class BatchMetrics {
  readonly #processor: Attributes;
  readonly #bySize: Counter;
  readonly #byTimeout: Counter;
  readonly #size: Histogram;
  readonly #waiting: UpDownCounter;

  /** @param processor The processor's YAML id. */
  constructor(meter: Meter, processor: string) {
    this.#processor = { processor };
    this.#bySize = meter.createCounter("otelcol_processor_batch_batch_size_trigger_send", {
      unit: "{batch}",
      description: "Batches sent because they reached a size limit",
    });
    this.#byTimeout = meter.createCounter("otelcol_processor_batch_timeout_trigger_send", {
      unit: "{batch}",
      description: "Batches sent because their time was over",
    });
    this.#size = meter.createHistogram("otelcol_processor_batch_batch_send_size", {
      unit: "{record}",
      description: "Log records in a batch",
    });
    this.#waiting = meter.createUpDownCounter("otel_o365_processor_batch_waiting_log_records", {
      unit: "{record}",
      description: "Log records that wait for their batch to be sent",
    });
  }

  waiting(change: number): void {
    if (change !== 0) this.#waiting.add(change, this.#processor);
  }

  sent(records: number, trigger: Trigger): void {
    this.#size.record(records, this.#processor);
    if (trigger === "size") this.#bySize.add(1, this.#processor);
    if (trigger === "timeout") this.#byTimeout.add(1, this.#processor);
  }
}
