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
      const end = (): void => stop.abort();
      // Not AbortSignal.any(): a signal that lives as long as the process keeps a trace of every one made from it.
      signal.addEventListener("abort", end, { once: true });
      await Promise.race([woken, this.#clock.sleep(timeoutMs, stop.signal).catch(ignore)]);
      signal.removeEventListener("abort", end);
      this.#wake = undefined;
      stop.abort();
    }
    this.#pending = false;
    signal.throwIfAborted();
  }
}

/** The sleep ends by its time, by a notification or by the caller's signal; which one is looked at afterwards. */
function ignore(): void {}
