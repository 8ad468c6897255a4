import type { HrTime } from "@opentelemetry/api";

/** `YYYY-MM-DDTHH:MM:SS`, in characters. */
const SECONDS_LENGTH = 19;
/** Years that OTLP's nanoseconds hold in a signed 64-bit integer. Outside of them lie the service's words for "no time": years 1 and 9999. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2261;
const NANO_DIGITS = 9;

/**
 * Reads a time as the audit log writes it: `2023-06-01T13:12:18`, with a space instead of the `T`, up to nine decimals
 * (further ones are cut off), and `Z`, an offset or nothing at the end. Without a zone it is UTC. Seconds beyond 59 run
 * on into the next minute: published records have them, and a time that is seconds off is worth more than none.
 *
 * @returns Seconds since the epoch and nanoseconds; undefined when the text is no time between 1970 and 2261.
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#common-schema (read 2026-11-22)
 */
export function parseAuditTime(source: string): HrTime | undefined {
  const text = source.trim();
  if (text.length < SECONDS_LENGTH) return undefined;
  const separator = text[10];
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  if (separator !== "T" && separator !== " " && separator !== "t") return undefined;
  const year = number(text, 0, 4);
  const month = number(text, 5, 7);
  const day = number(text, 8, 10);
  const hour = number(text, 11, 13);
  const minute = number(text, 14, 16);
  const second = number(text, 17, 19);
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1)) return undefined;
  if (!(day <= daysIn(month, year) && hour <= 23 && minute <= 59 && second >= 0)) return undefined;

  const zoneStart = endOfFraction(text);
  const offset = offsetSeconds(text, zoneStart);
  if (offset === undefined) return undefined;
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - offset;
  return seconds < 0 ? undefined : [seconds, nanoseconds(text, zoneStart)];
}

/** The digits of `text[start..end)`; NaN when one is none. NaN fails every comparison. */
function number(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Position after `.123`, where the zone begins. A point without digits is part of the zone and refused there. */
function endOfFraction(text: string): number {
  if (text[SECONDS_LENGTH] !== ".") return SECONDS_LENGTH;
  let at = SECONDS_LENGTH + 1;
  while (at < text.length && !Number.isNaN(number(text, at, at + 1))) at += 1;
  return at === SECONDS_LENGTH + 1 ? SECONDS_LENGTH : at;
}

function nanoseconds(text: string, end: number): number {
  if (end === SECONDS_LENGTH) return 0;
  return Number(
    text
      .slice(SECONDS_LENGTH + 1, end)
      .slice(0, NANO_DIGITS)
      .padEnd(NANO_DIGITS, "0"),
  );
}

/** `Z`, `+02:00`, `+0200` or nothing, in seconds east of UTC; undefined for anything else. */
function offsetSeconds(text: string, start: number): number | undefined {
  const { length } = text;
  if (start === length) return 0;
  const sign = text[start];
  if (sign === "Z" || sign === "z") return start + 1 === length ? 0 : undefined;
  if (sign !== "+" && sign !== "-") return undefined;
  const minutesAt = text[start + 3] === ":" ? start + 4 : start + 3;
  if (minutesAt + 2 !== length) return undefined;
  const hours = number(text, start + 1, start + 3);
  const minutes = number(text, minutesAt, length);
  if (!(hours <= 23 && minutes <= 59)) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
}
