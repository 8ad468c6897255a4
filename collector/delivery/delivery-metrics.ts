import type { Attributes, Counter, Meter, UpDownCounter } from "@opentelemetry/api";

/** What delivery counts, for one exporter. Names of the OpenTelemetry Collector where it counts the same. */
export class DeliveryMetrics {
  readonly #exporter: Attributes;
  readonly #sent: Counter;
  readonly #failed: Counter;
  readonly #deadLettered: Counter;
  readonly #attempts: Counter;
  readonly #waiting: UpDownCounter;
  readonly #batches: UpDownCounter;

  /** @param exporter The exporter's YAML id. */
  constructor(meter: Meter, exporter: string) {
    this.#exporter = { exporter };
    this.#sent = meter.createCounter("otelcol_exporter_sent_log_records", {
      unit: "{record}",
      description: "Log records that the backend accepted",
    });
    this.#failed = meter.createCounter("otelcol_exporter_send_failed_log_records", {
      unit: "{record}",
      description: "Log records that the backend refused for good. A failed attempt that is repeated does not count",
    });
    this.#deadLettered = meter.createCounter("otel_o365_exporter_dead_lettered_log_records", {
      unit: "{record}",
      description: "Log records written to the dead-letter file: refused ones, and whole batches accepted in part",
    });
    this.#attempts = meter.createCounter("otel_o365_exporter_failed_attempts", {
      unit: "{attempt}",
      description: "Attempts that failed and are repeated, whole or in parts, by error code",
    });
    this.#waiting = meter.createUpDownCounter("otel_o365_exporter_unacknowledged_log_records", {
      unit: "{record}",
      description: "Log records handed over and not yet accepted by the backend",
    });

    this.#batches = meter.createUpDownCounter("otelcol_exporter_queue_size", {
      unit: "{batch}",
      description: "Batches that wait for the backend or are on their way to it",
    });
  }

  accepted(records: number): void {
    this.#sent.add(records, this.#exporter);
  }

  refused(records: number): void {
    this.#failed.add(records, this.#exporter);
  }

  /** @param errorType Bounded: a status such as 400, or an error code. */
  deadLettered(records: number, reason: "refused" | "partial", errorType: string): void {
    this.#deadLettered.add(records, { ...this.#exporter, reason, "error.type": errorType });
  }

  attemptFailed(code: string): void {
    this.#attempts.add(1, { ...this.#exporter, "error.type": code });
  }

  /** @param change Records of one batch that came in (positive) or were settled (negative). */
  unacknowledged(change: number): void {
    this.#waiting.add(change, this.#exporter);
    this.#batches.add(Math.sign(change), this.#exporter);
  }
}
