import { parseAuditTime } from "../audit-time.ts";
import { parseDuration } from "../config/fields.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;
const MINUTES = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * Reads a time of the command line: ISO 8601, UTC where it names no zone (`2026-07-01T09:30`, `2026-07-01T11:30:00+02:00`); a
 * date, which is its midnight in UTC; a duration, which is that long ago (`36h`); or `now`.
 *
 * @returns Milliseconds since the epoch; undefined when it is none of these.
 */
export function parseReplayTime(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === "now") return nowMs;
  const ago = parseDuration(trimmed);
  if (ago !== undefined) return nowMs - ago;
  const time = parseAuditTime(inFull(trimmed));
  return time === undefined ? undefined : time[0] * 1000 + Math.floor(time[1] / 1e6);
}

/** With seconds, which people leave out. */
function inFull(text: string): string {
  if (DATE.test(text)) return `${text}T00:00:00`;
  const [, minutes, zone = ""] = MINUTES.exec(text) ?? [];
  return minutes === undefined ? text : `${minutes}:00${zone}`;
}
