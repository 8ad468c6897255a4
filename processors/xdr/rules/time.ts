import { parseAuditTime } from "../../../collector/audit-time.ts";
import type { JsonValue } from "../../../collector/record.ts";

/** Microseconds since the epoch of a time as audit records write it; undefined for other text and for the filler 1970-01-01T00:00:00. */
export function parseMicros(text: string): number | undefined {
  const time = parseAuditTime(text);
  if (time === undefined) return undefined;
  const micros = time[0] * 1_000_000 + Math.floor(time[1] / 1000);
  return micros > 0 && Number.isSafeInteger(micros) ? micros : undefined;
}

/** Rule: a time as whole microseconds since the epoch. */
export function micros(value: JsonValue): number | undefined {
  return typeof value === "string" ? parseMicros(value) : undefined;
}
