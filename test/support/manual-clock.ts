import type { Clock } from "../../collector/clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly resolve: () => void;
}

/** A clock that only moves when a test moves it. Sleepers wake in the order of their times. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs: number = Date.UTC(2026, 6, 1, 12, 0, 0)) {
    this.#nowMs = startMs;
  }

  /** Whole milliseconds, as those of the system: somebody may have slept for a part of one. */
  now(): number {
    return Math.floor(this.#nowMs);
  }

  /** Number of sleeps under way. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + ms,
        resolve: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  timeoutSignal(ms: number): AbortSignal {
    const controller = new AbortController();
    const abort = (): void => controller.abort(new DOMException("The operation timed out", "TimeoutError"));
    void this.sleep(ms, new AbortController().signal).then(abort);
    return controller.signal;
  }

  /** Moves the time on, waking who is due, and lets what they start run to its next wait. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = [...this.#sleepers].toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > endMs) break;
      this.#sleepers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.resolve();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

/** Lets every promise that can run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
