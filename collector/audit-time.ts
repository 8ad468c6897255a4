import type { HrTime } from "@opentelemetry/api";

/** `YYYY-MM-DDTHH:MM:SS`, in characters. */
const SECONDS_LENGTH = 19;
/** Years that OTLP's nanoseconds hold in a signed 64-bit integer. Outside of them lie the service's words for "no time": years 1 and 9999. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2261;
const NANO_DIGITS = 9;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const LEAP_DAYS_BEFORE_1970 = 477;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/**
 * Reads a time as the audit log writes it: `2023-06-01T13:12:18`, with a space instead of the `T`, up to nine decimals
 * (further ones are cut off), and `Z`, an offset or nothing at the end. Without a zone it is UTC. Seconds beyond 59 run
 * on into the next minute: published records have them, and a time that is seconds off is worth more than none.
 *
 * @returns Seconds since the epoch and nanoseconds; undefined when the text is no time between 1970 and 2261.
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#common-schema (read 2026-11-22)
 */
export function parseAuditTime(source: string): HrTime | undefined {
  const text = isBlank(source, 0) || isBlank(source, source.length - 1) ? source.trim() : source;
  if (text.length < SECONDS_LENGTH) return undefined;
  if (text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const separator = text.charCodeAt(10);
  if (separator !== 0x54 && separator !== 0x20 && separator !== 0x74) return undefined;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR && month >= 1 && month <= 12 && day >= 1)) return undefined;
  if (!(day <= daysIn(month, year) && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0)) {
    return undefined;
  }

  const zoneStart = endOfFraction(text);
  const offset = offsetSeconds(text, zoneStart);
  if (offset === undefined) return undefined;
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
  return seconds < 0 ? undefined : [seconds, nanoseconds(text, zoneStart)];
}

/** Above 127 there are other blanks. */
function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code <= 32 || code > 127;
}

/** Gregorian calendar, years from 1970 on. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - LEAP_DAYS_BEFORE_1970;
  const leap = month > 2 && daysIn(2, year) === 29 ? 1 : 0;
  return (year - 1970) * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + leap + day - 1;
}

/** Far enough below zero to keep a year with such a pair below zero. */
const NO_NUMBER = -10_000;

/** The two digits at a place. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_NUMBER;
}

function isDigit(text: string, at: number): boolean {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9;
}

function daysIn(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Position after `.123`, where the zone begins. A point without digits is part of the zone and refused there. */
function endOfFraction(text: string): number {
  if (text.charCodeAt(SECONDS_LENGTH) !== 0x2e) return SECONDS_LENGTH;
  let at = SECONDS_LENGTH + 1;
  while (isDigit(text, at)) at += 1;
  return at === SECONDS_LENGTH + 1 ? SECONDS_LENGTH : at;
}

function nanoseconds(text: string, end: number): number {
  let value = 0;
  for (let digit = 1; digit <= NANO_DIGITS; digit += 1) {
    const at = SECONDS_LENGTH + digit;
    value = value * 10 + (at < end ? text.charCodeAt(at) - 0x30 : 0);
  }
  return value;
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
  const hours = pair(text, start + 1);
  const minutes = pair(text, minutesAt);
  if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59)) return undefined;
  return (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
}
