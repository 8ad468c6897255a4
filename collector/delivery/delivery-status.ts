import type { ComponentStatus, ReportStatus } from "../telemetry.ts";
import type { Verdict } from "./retry-policy.ts";

interface Trouble {
  readonly status: ComponentStatus;
  readonly code: string;
  readonly message: string;
}

const FINE: Trouble = { status: "ok", code: "", message: "" };

/**
 * Turns what attempts saw into the exporter's status. Reports once per change of status or of the kind of error, not
 * per attempt. Trouble with the backend hides trouble with single batches; the exporter is `ok` when there is neither.
 */
export class DeliveryStatus {
  readonly #report: ReportStatus;
  readonly #batches = new Map<object, Trouble>();
  #backend: Trouble = FINE;
  /** Of a batch that was given back: until something passes, nobody knows that it is over. */
  #unresolved: Trouble | undefined;
  #reported: Trouble | undefined;

  constructor(report: ReportStatus) {
    this.#report = report;
  }

  backendFailed(verdict: Verdict, message: string): void {
    this.#backend = { status: verdict.status, code: verdict.code, message };
    this.#publish();
  }

  backendWorks(): void {
    this.#backend = FINE;
    this.#unresolved = undefined;
    this.#publish();
  }

  /** A batch fails while others may pass. `batch` is the identity that batchSettled() takes. */
  batchFailed(batch: object, verdict: Pick<Verdict, "status" | "code">, message: string): void {
    this.#batches.set(batch, { status: verdict.status, code: verdict.code, message });
    this.#publish();
  }

  /** The batch was delivered or set aside. */
  batchSettled(batch: object): void {
    if (this.#batches.delete(batch)) this.#publish();
  }

  /** The batch was given back undelivered, for example because the collector stops. */
  batchGivenBack(batch: object): void {
    this.#unresolved = this.#batches.get(batch) ?? this.#unresolved;
    this.batchSettled(batch);
  }

  #publish(): void {
    const current = this.#backend === FINE ? (this.#worstBatch() ?? FINE) : this.#backend;
    if (current.status === this.#reported?.status && current.code === this.#reported.code) return;
    this.#reported = current;
    const { status, code, message } = current;
    this.#report(current === FINE ? { status } : { status, code, message });
  }

  #worstBatch(): Trouble | undefined {
    let worst = this.#unresolved;
    for (const trouble of this.#batches.values()) {
      if (worst === undefined || (worst.status !== "permanent_error" && trouble.status === "permanent_error")) {
        worst = trouble;
      }
    }
    return worst;
  }
}
