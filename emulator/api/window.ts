import type { Call } from "../http.ts";
import type { Rules } from "../options.ts";
import { refuse } from "./context.ts";

const DAY_MS = 86_400_000;
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)?(Z?)$/;

/** A half-open period, milliseconds since the epoch. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Reads `startTime` and `endTime` and applies the rules of the service: both or none, start before end, at most 24 hours, start at
 * most 7 days back. An end in the future is accepted.
 *
 * @throws {Refusal}
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference#list-available-content
 */
export function readPeriod(call: Call, nowMs: number, rules: Rules): Period {
  const start = call.query.get("starttime");
  const end = call.query.get("endtime");
  if (start === undefined && end === undefined) return { startMs: nowMs - DAY_MS, endMs: nowMs };
  if (start === undefined || end === undefined) {
    throw refuse(
      "AF20030",
      "Start time and end time must both be specified (or both omitted) and must be less than or equal to 24 hours apart.",
    );
  }
  const startMs = readTime("startTime", start);
  const endMs = readTime("endTime", end);
  if (startMs >= endMs || startMs < nowMs - 7 * DAY_MS - rules.startToleranceMs) {
    throw refuse(
      "AF20055",
      `Start time and end time must both be specified (or both omitted) and must be less than or equal to 24 hours apart, with the start time prior to end time and start time no more than 7 days in the past. StartTime:${start} EndTime:${end}`,
    );
  }
  if (endMs - startMs > DAY_MS) {
    throw refuse(
      "AF20030",
      `Start time and end time must both be specified (or both omitted) and must be less than or equal to 24 hours apart. StartTime:${start} EndTime:${end}`,
    );
  }
  return { startMs, endMs };
}

function readTime(name: string, text: string): number {
  const [matched, zone] = TIME.exec(text) ?? [];
  const withTime = text.includes("T");
  const ms = matched === undefined ? Number.NaN : Date.parse(withTime && zone === "" ? `${text}Z` : text);
  if (Number.isNaN(ms)) throw refuse("AF20002", `Invalid parameter type: ${name}. Expected type: datetime.`);
  return ms;
}

/** `2020-02-20T10:46:42.0000000Z`: the form of times in next-page links. */
export function formatLinkTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}
