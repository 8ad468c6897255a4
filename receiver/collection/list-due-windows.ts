import type { Clock } from "../../collector/clock.ts";
import type { Ledger, Period } from "../../collector/storage/storage.ts";
import type { Priority } from "../request-lines.ts";
import { dueWindows } from "./due-windows.ts";
import { judgeListingFailure } from "./listing-failure.ts";

/** So many windows may fail in one poll before the others are not tried either: then it is not the windows' trouble. */
const MAX_FAILED_WINDOWS = 3;

export interface ListDueOptions {
  readonly contentType: string;
  readonly ledger: Pick<Ledger, "origin" | "coverage" | "limitCoverage">;
  readonly pollIntervalMs: number;
  readonly initialLookbackMs: number;
  readonly relistMs: number;
  readonly clock: Clock;
  /** Lists one window to its last page into the ledger. Resolves to the number of new blobs. */
  readonly list: (contentType: string, window: Period, signal: AbortSignal, priority: Priority) => Promise<number>;
  /** Called whenever the ledger got new blobs. */
  readonly onListed: () => void;
  /** Called with periods that were never listed and that the service no longer lists. */
  readonly onGap: (contentType: string, gaps: readonly Period[]) => void;
}

/** How a poll went. */
export interface Poll {
  /** Milliseconds until the next poll. */
  readonly waitMs: number;
  /** Why windows could not be listed, while the others were; undefined when all were. */
  readonly failure: unknown;
}

/**
 * Lists the recent windows again, then those that were never listed to their end, oldest first, until the next poll is
 * due. A window that fails by itself does not keep the others from being listed.
 *
 * @throws {Error} What stands in the way of every window.
 */
export async function listDueWindows(options: ListDueOptions, signal: AbortSignal): Promise<Poll> {
  const { contentType, ledger, clock, pollIntervalMs, relistMs } = options;
  const startedMs = clock.now();
  const originMs = ledger.origin(contentType, startedMs - options.initialLookbackMs);
  // What seems to be listed beyond that was listed by a clock that was ahead, before its blobs existed.
  ledger.limitCoverage(contentType, startedMs - relistMs);
  const due = dueWindows({
    nowMs: startedMs,
    originMs,
    relistMs,
    covered: (within) => ledger.coverage(contentType, within),
  });
  if (due.unreachable.length > 0) options.onGap(contentType, due.unreachable);
  const windows = new Windows(options, signal);
  for (const window of due.recent) await windows.list(window, "live");
  for (const window of due.backlog) {
    await windows.list(window, "backfill");
    // After the window, not before it: polls that take longer than their interval would never come to the backlog.
    if (clock.now() - startedMs >= pollIntervalMs) return { waitMs: 0, failure: windows.failure };
  }
  // A clock that was set back meanwhile must not make the wait longer.
  const waitMs = Math.min(Math.max(0, startedMs + pollIntervalMs - clock.now()), pollIntervalMs);
  return { waitMs, failure: windows.failure };
}

class Windows {
  readonly #options: ListDueOptions;
  readonly #signal: AbortSignal;
  #failures = 0;
  #failure: unknown;

  constructor(options: ListDueOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** The first thing that went wrong. */
  get failure(): unknown {
    return this.#failure;
  }

  async list(window: Period, priority: Priority): Promise<void> {
    const { contentType, list, onListed } = this.#options;
    try {
      const added = await list(contentType, window, this.#signal, priority);
      if (added > 0) onListed();
    } catch (error) {
      this.#failures += 1;
      this.#failure ??= error;
      const alone = judgeListingFailure(error).concerns === "window" && this.#failures < MAX_FAILED_WINDOWS;
      if (this.#signal.aborted || !alone) throw error;
    }
  }
}
