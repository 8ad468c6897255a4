import type { Random } from "../emulator/content/random.ts";

const HOUR_MS = 3_600_000;
/** A blob may appear so long after its creation; `relist` is an hour. */
export const MOST_LATE_MS: number = 50 * 60_000;

/** When a blob is created and seen, and over how long its records spread. Milliseconds. */
export interface BlobTimes {
  readonly createdMs: number;
  readonly spanMs?: number;
  readonly visibleFromMs?: number;
}

/** Records on both sides of the last full hour. */
export function acrossBorder(nowMs: number, random: Random): BlobTimes {
  const borderMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const afterMs = Math.min(nowMs - borderMs, 1 + random.below(MOST_LATE_MS / 2));
  const beforeMs = 1 + random.below(MOST_LATE_MS / 2);
  return { createdMs: borderMs + afterMs, spanMs: afterMs + beforeMs, visibleFromMs: nowMs };
}
