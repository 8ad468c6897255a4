import type { Clock } from "../../collector/clock.ts";
import type { ApiClient } from "../api-client.ts";

const MINUTE_MS = 60_000;
/** Requests that may go at once after a lull. */
const BURST = 30;

/** Lets so many through in a minute, evenly but for a short burst, in the order of their coming. */
export class Pace {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  /** When the next one is due if all come evenly. */
  #dueMs = 0;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#intervalMs = MINUTE_MS / perMinute;
  }

  /** Waits for the next turn. Rejects with the signal's reason when it aborts first. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const nowMs = this.#clock.now();
    // A clock that was set back must not make anybody wait for the time that was.
    const earliestMs = Math.min(Math.max(this.#dueMs, nowMs - BURST * this.#intervalMs), nowMs + MINUTE_MS);
    this.#dueMs = earliestMs + this.#intervalMs;
    if (earliestMs > nowMs) await this.#clock.sleep(earliestMs - nowMs, signal);
  }
}

/** The client, with listings and downloads at a pace: a collector of the same tenant has to live on the same quota. */
export function paced(
  client: Pick<ApiClient, "listContentPage" | "openContent">,
  pace: Pace,
): Pick<ApiClient, "listContentPage" | "openContent"> {
  return {
    async listContentPage(contentType, from, signal, priority) {
      await pace.turn(signal);
      return client.listContentPage(contentType, from, signal, priority);
    },
    async openContent(uri, signal, priority) {
      await pace.turn(signal);
      return client.openContent(uri, signal, priority);
    },
  };
}
