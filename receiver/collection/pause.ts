import type { Clock } from "../../collector/clock.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";

export interface PauseOptions {
  readonly clock: Clock;
  readonly backoff: BackoffConfig;
  readonly random: () => number;
}

/** A time in which nothing is begun, because the trouble is nobody's in particular. Longer with each failure in a row. */
export class Pause {
  readonly #options: PauseOptions;
  #untilMs = 0;
  #lengthMs = 0;
  #failures = 0;

  constructor(options: PauseOptions) {
    this.#options = options;
  }

  /** Milliseconds until it is over; 0 when there is none. */
  get remainingMs(): number {
    const now = this.#options.clock.now();
    // A clock that was set back must not make the pause longer than it was meant to be.
    if (this.#untilMs - now > this.#lengthMs) this.#untilMs = now + this.#lengthMs;
    return Math.max(0, this.#untilMs - now);
  }

  /** Whether there was a failure since the last success. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  /**
   * @param retryAfterMs What the service asked for, when it did.
   * @param maxMs Longest pause when it did not.
   */
  begin(retryAfterMs: number | undefined, maxMs: number = Number.POSITIVE_INFINITY): void {
    const { clock, backoff, random } = this.#options;
    const before = this.remainingMs;
    // Requests that were under way together fail together: one failure, not as many as there were requests.
    if (before === 0) this.#failures += 1;
    else if (retryAfterMs === undefined) return;
    const ownPace = Math.min(backoffMs(backoff, this.#failures, random), maxMs);
    this.#lengthMs = Math.max(before, retryAfterMs ?? 0, ownPace);
    this.#untilMs = clock.now() + this.#lengthMs;
  }

  /** Something succeeded: the next pause is a short one again. */
  succeeded(): void {
    this.#failures = 0;
  }
}
