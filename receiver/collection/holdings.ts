import type { Priority } from "../request-lines.ts";

/** One part in so many is kept for each of the two. */
const KEPT = 4;

/**
 * Something limited (places, bytes) that live content and backfill share, and what each holds of it.
 *
 * Backfill never holds more than three quarters: live content may be listed at any moment, and what is held by downloads that
 * hang or by a slow backend is not to be had back. Live content may hold everything, but no more than three quarters while
 * backfill waits. Of less than two there is nothing to share: then whoever has its turn gets it.
 */
export class Holdings {
  readonly #limit: () => number;
  readonly #held: Record<Priority, number> = { live: 0, backfill: 0 };

  /** @param limit A function for one that changes. */
  constructor(limit: number | (() => number)) {
    this.#limit = typeof limit === "number" ? () => limit : limit;
  }

  /** What both hold together. */
  get held(): number {
    return this.#held.live + this.#held.backfill;
  }

  /** What is left for both together; negative when more is held than the limit. */
  get left(): number {
    return this.#limit() - this.held;
  }

  /** Whether there is room for one more, however large it is. */
  hasRoom(priority: Priority, backfillWaits: boolean): boolean {
    const limit = this.#limit();
    const all = priority === "live" && !backfillWaits;
    return this.held < limit && this.#held[priority] < (all ? limit : shareOf(limit));
  }

  /** @param amount Negative to give back. */
  add(priority: Priority, amount: number): void {
    this.#held[priority] += amount;
  }
}

function shareOf(limit: number): number {
  return Math.max(1, limit - Math.max(1, Math.floor(limit / KEPT)));
}
