import type { Clock } from "../../collector/clock.ts";

/**
 * Lets one loop sleep until somebody has news for it. A notification that comes while nobody waits is kept (once), so the
 * loop cannot miss what happened between its look at the world and its wait.
 */
export class Notifier {
  readonly #clock: Clock;
  #pending = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  notify(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Resolves at the next notification, after `timeoutMs`, or at once when one is pending. Rejects when `signal` aborts. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#pending) {
      const stop = new AbortController();
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const slept = this.#clock.sleep(timeoutMs, AbortSignal.any([signal, stop.signal])).catch(ignore);
      await Promise.race([woken, slept]);
      this.#wake = undefined;
      stop.abort();
    }
    this.#pending = false;
    signal.throwIfAborted();
  }
}

/** The sleep ends by its time, by a notification or by the caller's signal; which one is looked at afterwards. */
function ignore(): void {}
