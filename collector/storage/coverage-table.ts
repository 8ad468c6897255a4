import { integer, type Database } from "./database.ts";
import type { Period } from "./storage.ts";

/** Stored periods of one integration and content type never overlap and never touch: addPeriod() merges. */
const TOUCHING = `SELECT min("from") AS "from", max("to") AS "to" FROM coverage
  WHERE integration = ? AND content_type = ? AND "to" >= ? AND "from" <= ?`;
const DELETE_TOUCHING = `DELETE FROM coverage WHERE integration = ? AND content_type = ? AND "to" >= ? AND "from" <= ?`;
const INSERT = `INSERT INTO coverage (integration, content_type, "from", "to", listed_at) VALUES (?, ?, ?, ?, ?)`;
const OVERLAPPING = `SELECT "from", "to" FROM coverage
  WHERE integration = ? AND content_type = ? AND "to" > ? AND "from" < ? ORDER BY "from"`;
const FORGET = `DELETE FROM coverage WHERE integration = ? AND "to" <= ?`;
const CLIP = `UPDATE coverage SET "from" = ? WHERE integration = ? AND "from" < ?`;
const DROP_LATER = `DELETE FROM coverage WHERE integration = ? AND content_type = ? AND "from" >= ?`;
const END_EARLIER = `UPDATE coverage SET "to" = ? WHERE integration = ? AND content_type = ? AND "to" > ?`;
const MOVE_ORIGIN = "UPDATE origin SET since = ? WHERE integration = ? AND since < ?";

/** Adds a listed period and merges it with those it overlaps or touches. Call inside a transaction. */
export function addPeriod(
  database: Database,
  integration: number,
  contentType: string,
  period: Period,
  listedAtMs: number,
): void {
  if (!(period.fromMs < period.toMs)) {
    throw new RangeError(`Cannot add coverage: period [${period.fromMs}, ${period.toMs}) is empty`);
  }
  const scope = [integration, contentType, period.fromMs, period.toMs] as const;
  const touching = database.get(TOUCHING, ...scope);
  let { fromMs, toMs } = period;
  if (touching !== undefined && touching["from"] !== null) {
    fromMs = Math.min(fromMs, integer(touching, "from"));
    toMs = Math.max(toMs, integer(touching, "to"));
    database.run(DELETE_TOUCHING, ...scope);
  }
  database.run(INSERT, integration, contentType, fromMs, toMs, listedAtMs);
}

/** Listed periods that overlap `within`, oldest first, not clipped to it. */
export function periods(
  database: Database,
  integration: number,
  contentType: string,
  within: Period,
): readonly Period[] {
  return database
    .all(OVERLAPPING, integration, contentType, within.fromMs, within.toMs)
    .map((row) => ({ fromMs: integer(row, "from"), toMs: integer(row, "to") }));
}

/** Forgets what was listed of the time from `toMs` on. Call inside a transaction. */
export function limitPeriods(database: Database, integration: number, contentType: string, toMs: number): void {
  database.run(DROP_LATER, integration, contentType, toMs);
  database.run(END_EARLIER, toMs, integration, contentType, toMs);
}

/** Forgets what was listed of the time before `beforeMs`, and that there was such a time: it would look like a gap. Call inside a transaction. */
export function forgetPeriods(database: Database, integration: number, beforeMs: number): void {
  database.run(FORGET, integration, beforeMs);
  database.run(CLIP, beforeMs, integration, beforeMs);
  database.run(MOVE_ORIGIN, beforeMs, integration, beforeMs);
}
