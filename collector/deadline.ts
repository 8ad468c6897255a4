import { type Clock, ignoreAbort } from "./clock.ts";

/** How long work that ignores an aborted signal is waited for: enough to close a socket, not to send a batch. */
const GRACE_MS = 1000;

/** A point in time that several pieces of work, one after the other, share. It holds the process until end(). */
export class Deadline {
  readonly #passed = new AbortController();
  readonly #ended = new AbortController();
  readonly #early = new AbortController();
  readonly #over: Promise<boolean>;

  constructor(clock: Clock, timeoutMs: number) {
    this.#over = this.#run(clock, timeoutMs);
  }

  /** Aborts with a `TimeoutError` when the deadline passes. */
  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  /** Aborts with end(): nobody waits any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Lets it pass now: waiting longer is of no use. */
  pass(): void {
    this.#early.abort();
  }

  /**
   * Waits for `work`, at most until shortly after the deadline.
   *
   * @returns True when it fulfilled before the deadline.
   * @throws {unknown} What `work` rejects with, in time or not.
   */
  async within(work: Promise<unknown>): Promise<boolean> {
    const finished = await Promise.race([work.then(() => true), this.#over]);
    return finished && !this.signal.aborted;
  }

  /** Releases the timer. The signal does not abort any more. */
  end(): void {
    this.#ended.abort();
  }

  async #run(clock: Clock, timeoutMs: number): Promise<boolean> {
    try {
      const { signal: ended } = this.#ended;
      await clock.sleep(timeoutMs, AbortSignal.any([ended, this.#early.signal])).catch(ignoreAbort);
      ended.throwIfAborted();
      const reason = this.#early.signal.aborted ? "Waiting longer is in vain" : `Not finished after ${timeoutMs} ms`;
      this.#passed.abort(new DOMException(reason, "TimeoutError"));
      await clock.sleep(GRACE_MS, this.#ended.signal);
    } catch {
      // end() was called: nobody waits any more.
    }
    return false;
  }
}
