import type { Period } from "../collector/storage/storage.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Width of a listing window. The grid is fixed in UTC, because the service assembles blobs per query window: a border that
 * moves cuts a blob into parts under new ids, and the same records come again. An hour is the relist default, so that a
 * poll usually asks twice; it is far below the 24 h that the API allows; and 7 days are 168 requests.
 *
 * @see https://github.com/elastic/beats/blob/main/x-pack/filebeat/input/o365audit/listblobs.go (partial blobs; state of July 2026)
 */
export const WINDOW_MS: number = HOUR_MS;

/**
 * How far back a listing may start: the 7 days of the API less 5 minutes, because the request is judged when it arrives,
 * not when it was made, and by the service's clock.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
export const REACH_MS: number = 7 * DAY_MS - 5 * 60_000;

/** The whole windows of the grid that a period touches, oldest first; none for an empty period. */
export function windows(period: Period): readonly Period[] {
  const found: Period[] = [];
  if (period.toMs <= period.fromMs) return found;
  for (let fromMs = windowStart(period.fromMs); fromMs < period.toMs; fromMs += WINDOW_MS) {
    found.push({ fromMs, toMs: fromMs + WINDOW_MS });
  }
  return found;
}

/** Start of the window that holds `ms`. */
export function windowStart(ms: number): number {
  return Math.floor(ms / WINDOW_MS) * WINDOW_MS;
}

/**
 * From when on content is live: what was created since is in a window that is listed on every poll. Anything older is backfill,
 * which can wait a little longer.
 */
export function liveSince(nowMs: number, relistMs: number): number {
  return windowStart(nowMs - relistMs);
}

/** The earliest start that a listing may have now, in whole seconds. */
export function earliestStartMs(nowMs: number): number {
  return Math.ceil((nowMs - REACH_MS) / 1000) * 1000;
}

/**
 * The part of a window that can still be listed; undefined when none can. Only the one window that straddles the reach is
 * cut: a part of its blobs may come under new ids, which is better than none of them.
 */
export function clampToReach(window: Period, nowMs: number): Period | undefined {
  const earliestMs = earliestStartMs(nowMs);
  if (window.fromMs >= earliestMs) return window;
  return window.toMs > earliestMs ? { fromMs: earliestMs, toMs: window.toMs } : undefined;
}

/** A time as the API takes it: `2026-07-15T09:00:00`, UTC, whole seconds. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
