import type { Period } from "../../collector/storage/storage.ts";
import { clampToReach, earliestStartMs, liveSince, WINDOW_MS, windows, windowStart } from "../windows.ts";

/** What to list now. */
export interface DueWindows {
  /** Windows that are listed on every poll, because blobs still appear in them; newest first. */
  readonly recent: readonly Period[];
  /** Older windows that were never listed to their end, oldest first: the service forgets those first. */
  readonly backlog: readonly Period[];
  /** Periods since the origin that were never listed and that the service no longer lists. */
  readonly unreachable: readonly Period[];
}

export interface DueOptions {
  readonly nowMs: number;
  /** From when on the content type is collected. */
  readonly originMs: number;
  readonly relistMs: number;
  /** Listed periods that touch `within`, merged, oldest first. */
  readonly covered: (within: Period) => readonly Period[];
}

/** Decides which windows of the grid to list. Windows are always whole, save the one that straddles the service's reach. */
export function dueWindows({ nowMs, originMs, relistMs, covered }: DueOptions): DueWindows {
  const reachMs = earliestStartMs(nowMs);
  const firstMs = Math.max(windowStart(originMs), windowStart(reachMs));
  const recentMs = Math.max(liveSince(nowMs, relistMs), firstMs);
  const listed = covered({ fromMs: windowStart(originMs), toMs: nowMs });
  const backlog = windows({ fromMs: firstMs, toMs: recentMs }).filter((window) => {
    const reachable = clampToReach(window, nowMs);
    return reachable !== undefined && uncovered(reachable, listed).length > 0;
  });
  // The origin's own window may have left the reach before it was listed: that is where collection starts, not a gap.
  const beyond = { fromMs: windowStart(originMs) + WINDOW_MS, toMs: reachMs };
  return {
    recent: windows({ fromMs: recentMs, toMs: nowMs + 1 }).toReversed(),
    backlog,
    unreachable: uncovered(beyond, listed),
  };
}

/**
 * Windows that count as listed for good and can still be listed whole, oldest first. The one that straddles the service's
 * reach is left out: cut, its blobs would come under new ids.
 */
export function finalWindows({ nowMs, relistMs, covered }: Omit<DueOptions, "originMs">): readonly Period[] {
  const reachMs = earliestStartMs(nowMs);
  const fromMs = windowStart(reachMs - 1) + WINDOW_MS;
  const toMs = liveSince(nowMs, relistMs);
  if (fromMs >= toMs) return [];
  const listed = covered({ fromMs, toMs });
  return windows({ fromMs, toMs }).filter((window) => uncovered(window, listed).length === 0);
}

/** The parts of `period` outside of `listed` (merged, oldest first). */
export function uncovered(period: Period, listed: readonly Period[]): Period[] {
  const parts: Period[] = [];
  let fromMs = period.fromMs;
  for (const { fromMs: start, toMs: end } of listed) {
    if (end <= fromMs) continue;
    if (start >= period.toMs) break;
    if (start > fromMs) parts.push({ fromMs, toMs: start });
    fromMs = end;
  }
  if (fromMs < period.toMs) parts.push({ fromMs, toMs: period.toMs });
  return parts;
}
