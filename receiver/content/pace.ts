import { ignoreAbort, type Clock } from "../../collector/clock.ts";

/** Less is no line that audit records can be collected over. */
const MIN_BYTES_PER_SECOND = 1024;

/**
 * Ends a download that goes on for ever without coming to an end: a byte now and then keeps a connection from timing out. In
 * every period a kilobyte a second must come on average.
 */
export class Pace {
  readonly #stop = new AbortController();
  #bytes = 0;

  /** @param onTooSlow Called at most once. */
  constructor(clock: Clock, periodMs: number, onTooSlow: (error: Error) => void) {
    void this.#watch(clock, periodMs, onTooSlow);
  }

  /** So many more bytes came. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The download has ended. */
  end(): void {
    this.#stop.abort();
  }

  async #watch(clock: Clock, periodMs: number, onTooSlow: (error: Error) => void): Promise<void> {
    const { signal } = this.#stop;
    const seconds = periodMs / 1000;
    while (!signal.aborted) {
      const before = this.#bytes;
      await clock.sleep(periodMs, signal).catch(ignoreAbort);
      if (signal.aborted) return;
      const came = this.#bytes - before;
      if (came >= MIN_BYTES_PER_SECOND * seconds) continue;
      onTooSlow(new Error(`${came} bytes came in ${seconds} s`));
      return;
    }
  }
}
