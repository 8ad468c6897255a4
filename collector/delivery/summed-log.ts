import type { Clock } from "../clock.ts";
import type { Logger } from "../telemetry.ts";

/** A backend that refuses a record in every batch would otherwise fill the log. */
const QUIET_MS = 60_000;

/** Logs what records a backend refused: the first time at once, then at most one line a minute with the sums. */
export class SummedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #message: string;
  #rejected = 0;
  #batches = 0;
  #quietUntilMs = 0;

  constructor(logger: Logger, clock: Clock, message: string) {
    this.#logger = logger;
    this.#clock = clock;
    this.#message = message;
  }

  /** @param rejected Records of one batch that were refused. */
  add(rejected: number, error: string): void {
    this.#rejected += rejected;
    this.#batches += 1;
    const nowMs = this.#clock.now();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + QUIET_MS;
    this.#write(error);
  }

  /** Logs what was held back. For shutdown. */
  flush(): void {
    if (this.#batches > 0) this.#write(undefined);
  }

  #write(error: string | undefined): void {
    this.#logger.error(this.#message, {
      rejected_log_records: this.#rejected,
      batches: this.#batches,
      ...(error === undefined ? {} : { error }),
    });
    this.#rejected = 0;
    this.#batches = 0;
  }
}
