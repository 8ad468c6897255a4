import { setTimeout as delay } from "node:timers/promises";

/** Time as components see it, so that a test can move it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds. Rejects with the signal's reason when `signal` aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A signal that aborts with a `TimeoutError` after `ms` milliseconds. */
  timeoutSignal(ms: number): AbortSignal;
}

/** Node fires a timer of more than this at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. A sleep ends after 24 days at the latest. */
export const systemClock: Clock = {
  now: Date.now,
  async sleep(ms, signal) {
    try {
      await delay(Math.min(ms, MAX_TIMER_MS), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
  timeoutSignal: (ms) => AbortSignal.timeout(ms),
};

/** For `sleep(…).catch(ignoreAbort)` in a loop that looks at the signal itself. */
export function ignoreAbort(): void {}
