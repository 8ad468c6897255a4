import { integer, optionalText, text, type Database, type Row } from "./database.ts";
import type { Condition, DeadLettered } from "./storage.ts";

const CLEAR = "DELETE FROM condition";
const INSERT = `INSERT INTO condition (component, branch, aspect, status, code, message, since) VALUES (?, ?, ?, ?, ?, ?, ?)`;
/** For readers. */
export const CONDITIONS = "SELECT component, branch, aspect, status, code, message, since FROM condition";

const COUNT = `INSERT INTO dead_letter (component, content_type, exporter, reason, records, at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET records = records + excluded.records, at = excluded.at`;
/** For readers. */
export const DEAD_LETTERS = "SELECT component, content_type, exporter, reason, records FROM dead_letter";

/** Characters of a message worth keeping. */
const MAX_MESSAGE_LENGTH = 1000;

/** Replaces all conditions. Call inside a transaction. */
export function replaceConditions(database: Database, conditions: readonly Condition[]): void {
  database.run(CLEAR);
  for (const { component, branch = "", aspect = "", status, code = null, message, sinceMs } of conditions) {
    const text = message?.slice(0, MAX_MESSAGE_LENGTH) ?? null;
    database.run(INSERT, component, branch, aspect, status, code, text, Math.round(sinceMs));
  }
}

/** Reads a row of {@link CONDITIONS}. */
export function readCondition(row: Row): Condition {
  return {
    component: text(row, "component"),
    branch: text(row, "branch") || undefined,
    aspect: text(row, "aspect") || undefined,
    status: text(row, "status") === "permanent_error" ? "permanent_error" : "recoverable_error",
    code: optionalText(row, "code"),
    message: optionalText(row, "message"),
    sinceMs: integer(row, "since"),
  };
}

/** Adds to the counts of dead letters. Call inside a transaction. */
export function addDeadLetters(database: Database, letters: readonly DeadLettered[], atMs: number): void {
  for (const { component, contentType, exporter, reason, records } of letters) {
    database.run(COUNT, component, contentType, exporter, reason, records, Math.round(atMs));
  }
}

/** Reads a row of {@link DEAD_LETTERS}. */
export function readDeadLetters(row: Row): DeadLettered {
  return {
    component: text(row, "component"),
    contentType: text(row, "content_type"),
    exporter: text(row, "exporter"),
    reason: text(row, "reason") === "partial" ? "partial" : "refused",
    records: integer(row, "records"),
  };
}
