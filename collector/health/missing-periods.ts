import type { Period } from "../storage/storage.ts";

/** Width of a listing window, on a fixed UTC grid: the receiver lists whole windows. */
export const WINDOW_MS: number = 3_600_000;
/** How far back the service lists: 7 days, less what the receiver leaves for the clocks to differ. */
export const REACH_MS: number = 7 * 86_400_000 - 5 * 60_000;

export interface MissingPeriods {
  /** Never listed to their end, and the service no longer lists them. */
  readonly gaps: readonly Period[];
  /** Never listed to their end, and still to be had. */
  readonly backlog: readonly Period[];
}

/** Finds what was not listed between the first window and `toMs`. Coverage is merged, oldest first. */
export function missingPeriods({
  originMs,
  coverage,
  nowMs,
  toMs,
}: {
  readonly originMs: number;
  readonly coverage: readonly Period[];
  readonly nowMs: number;
  readonly toMs: number;
}): MissingPeriods {
  const firstMs = Math.floor(originMs / WINDOW_MS) * WINDOW_MS;
  const reachMs = nowMs - REACH_MS;
  // The first window may have left the reach before it was listed: that is where collection starts, not a gap.
  return {
    gaps: subtractPeriods({ fromMs: firstMs + WINDOW_MS, toMs: reachMs }, coverage),
    backlog: subtractPeriods({ fromMs: Math.max(firstMs, reachMs), toMs }, coverage),
  };
}

/** The parts of `period` outside of `coverage` (merged, oldest first). */
export function subtractPeriods(period: Period, coverage: readonly Period[]): readonly Period[] {
  const parts: Period[] = [];
  let { fromMs } = period;
  for (const { fromMs: start, toMs: end } of coverage) {
    if (end <= fromMs) continue;
    if (start >= period.toMs) break;
    if (start > fromMs) parts.push({ fromMs, toMs: start });
    fromMs = end;
  }
  if (fromMs < period.toMs) parts.push({ fromMs, toMs: period.toMs });
  return parts;
}
