import type { Counter, Meter } from "@opentelemetry/api";

/** What the `filter` processor counts, under the Collector's name where it has one. */
export class FilterMetrics {
  readonly #filter: string;
  readonly #dropped: Counter;
  readonly #failed: Counter;

  /** @param filter The processor's YAML id. */
  constructor(meter: Meter, filter: string) {
    this.#filter = filter;
    this.#dropped = meter.createCounter("otelcol_processor_filter_logs.filtered", {
      unit: "{record}",
      description: "Log records dropped, by rule",
    });
    this.#failed = meter.createCounter("otel_o365_processor_filter_failed_conditions", {
      unit: "{record}",
      description: "Log records that a condition could not be applied to; they are kept",
    });
  }

  dropped(rule: string, count: number): void {
    this.#dropped.add(count, { filter: this.#filter, rule });
  }

  failed(rule: string): void {
    this.#failed.add(1, { filter: this.#filter, rule });
  }
}
