/** `live`: what happened lately. `backfill`: what is old already and can wait a little longer. */
export type Priority = "live" | "backfill";

/** Of so many in a row one is backfill when both wait. */
const BACKFILL_TURN = 4;

/**
 * Whose turn it is. When both wait, backfill gets every fourth turn and live the others: a long backfill never starves live
 * content, and never stands still because of it. Who waits alone gets every turn.
 */
export class Turns {
  /** Turns of live content since the last one of backfill. */
  #liveTurns = 0;

  /** Gives the next turn; undefined when nobody waits. */
  next(liveWaits: boolean, backfillWaits: boolean): Priority | undefined {
    if (!liveWaits && !backfillWaits) return undefined;
    const backfill = !liveWaits || (backfillWaits && this.#liveTurns >= BACKFILL_TURN - 1);
    this.#liveTurns = backfill ? 0 : this.#liveTurns + 1;
    return backfill ? "backfill" : "live";
  }
}

/** Two waiting lines, served in turn; first come, first served in each. */
export class RequestLines<T> {
  readonly #lines: Readonly<Record<Priority, T[]>> = { live: [], backfill: [] };
  readonly #turns = new Turns();

  get empty(): boolean {
    return this.#lines.live.length === 0 && this.#lines.backfill.length === 0;
  }

  join(priority: Priority, waiter: T): void {
    this.#lines[priority].push(waiter);
  }

  leave(priority: Priority, waiter: T): void {
    const line = this.#lines[priority];
    const index = line.indexOf(waiter);
    if (index >= 0) line.splice(index, 1);
  }

  /** Takes out whose turn it is; undefined when nobody waits. */
  next(): T | undefined {
    const { live, backfill } = this.#lines;
    const turn = this.#turns.next(live.length > 0, backfill.length > 0);
    return turn === undefined ? undefined : this.#lines[turn].shift();
  }
}
