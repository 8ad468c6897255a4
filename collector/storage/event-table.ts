import { integer, text, type Database } from "./database.ts";
import type { CollectorEvent, OwedEvent } from "./storage.ts";

const INSERT = "INSERT INTO event (integration, at, event) VALUES (?, ?, ?) RETURNING id";
const OWE = "INSERT INTO event_owed (branch, event) SELECT id, ? FROM branch WHERE integration = ? AND active = 1";
const OWED = `SELECT event.id, event.event FROM event_owed JOIN event ON event.id = event_owed.event
  WHERE event_owed.branch = ? ORDER BY event_owed.event LIMIT ?`;
const PAID = "DELETE FROM event_owed WHERE branch = ? AND event = ?";
/** Also what a branch owes that the configuration names no more: it would be owed for ever. */
const FORGET = `DELETE FROM event WHERE integration = ? AND (at < ? OR NOT EXISTS (
  SELECT 1 FROM event_owed JOIN branch ON branch.id = event_owed.branch WHERE event_owed.event = event.id AND branch.active = 1))`;

const ANNOUNCED = "SELECT value FROM announcement WHERE integration = ? AND key = ?";
const ANNOUNCE = `INSERT INTO announcement (integration, key, value, at) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at`;
const FORGET_ANNOUNCEMENTS = "DELETE FROM announcement WHERE integration = ? AND at < ?";

/** Adds events, owed by every active branch of the integration. Call inside a transaction. */
export function addEvents(database: Database, integration: number, events: readonly CollectorEvent[]): void {
  for (const event of events) {
    const row = database.get(INSERT, integration, Math.round(event.atMs), JSON.stringify(event));
    if (row !== undefined) database.run(OWE, integer(row, "id"), integration);
  }
}

/** The oldest events that a branch has not acknowledged. */
export function queryOwedEvents(database: Database, branch: number, limit: number): readonly OwedEvent[] {
  return database.all(OWED, branch, limit).map((row) => ({
    key: integer(row, "id"),
    // Written by addEvents() of this or an older version, and members are only ever added.
    event: JSON.parse(text(row, "event")),
  }));
}

/** Stores that a branch has acknowledged events. Call inside a transaction. */
export function payEvents(database: Database, branch: number, keys: readonly number[]): void {
  for (const key of keys) database.run(PAID, branch, key);
}

/** What was announced last under a key. */
export function lastAnnounced(database: Database, integration: number, key: string): string | undefined {
  const row = database.get(ANNOUNCED, integration, key);
  return row === undefined ? undefined : text(row, "value");
}

export function setAnnounced(database: Database, integration: number, key: string, value: string, atMs: number): void {
  database.run(ANNOUNCE, integration, key, value, Math.round(atMs));
}

/** Forgets events that every branch has, and whatever is older than `beforeMs`. Call inside a transaction. */
export function forgetEvents(database: Database, integration: number, beforeMs: number): void {
  database.run(FORGET, integration, beforeMs);
  database.run(FORGET_ANNOUNCEMENTS, integration, beforeMs);
}
