import { randomUUID } from "node:crypto";
import { utimesSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CollectorError, ErrorCode } from "../errors.ts";
import { Database, integer, text } from "./database.ts";
import { isBusy } from "./storage-error.ts";

/** Name of the lock in `storage::directory`. */
export const LOCK_FILE = "lock.db";
/** A holder writes its name within this time; a reader of the name holds it up no longer. */
const BUSY_TIMEOUT_MS = 250;
const ROUNDS = 10;

/** An `ending` counts for the holder that has its token; a holder without one was killed, or runs. */
const SCHEMA = `CREATE TABLE IF NOT EXISTS holder (
  one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL, started_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS ending (
  one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('stopped', 'failed')), at TEXT NOT NULL
) STRICT`;

/** The right to be the only collector on a storage directory. Ends with release() or with the process, however that ends. */
export class DirectoryLock {
  readonly #database: Database;
  readonly #token: string;
  #released = false;

  private constructor(database: Database, token: string) {
    this.#database = database;
    this.#token = token;
  }

  /**
   * Takes the lock: an open write transaction on a database of its own. The operating system drops it with the process,
   * so that nothing stale is left behind; readers still see the holder's name, because that was committed before.
   *
   * @param startedAt When this collector started, ISO 8601.
   * @throws {CollectorError} `OTEL_O365_STORAGE` naming the holder when another collector has the lock.
   */
  static acquire(directory: string, startedAt: string): DirectoryLock {
    const database = new Database(join(directory, LOCK_FILE), BUSY_TIMEOUT_MS);
    const token = randomUUID();
    try {
      hold(database, directory, token, startedAt);
      return new DirectoryLock(database, token);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Leaves a sign of life for those who ask how long ago a killed holder lived: the time of the file. */
  beat(nowMs: number): void {
    try {
      utimesSync(this.#database.path, nowMs / 1000, nowMs / 1000);
    } catch {
      // Then that much less is known after a kill; whatever cannot be written here is told by those who need it.
    }
  }

  /** Gives the lock back, and says that its holder has ended by itself. Idempotent. */
  release(kind: EndingKind, atMs: number): void {
    if (this.#released) return;
    this.#released = true;
    try {
      this.#database.run(
        "INSERT OR REPLACE INTO ending (one, token, kind, at) VALUES (1, ?, ?, ?)",
        this.#token,
        kind,
        new Date(atMs).toISOString(),
      );
      this.#database.exec("COMMIT");
    } catch {
      // A full disk: it looks as if it had been killed, which is no reason not to let go.
    } finally {
      this.#database.close();
    }
  }
}

/** `stopped`: it was asked to. `failed`: it could not start. */
export type EndingKind = "stopped" | "failed";

/** Between the COMMIT of the name and the next BEGIN another process may come in; then the name is not ours and the round repeats. */
function hold(database: Database, directory: string, token: string, startedAt: string): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      database.exec("BEGIN IMMEDIATE");
    } catch (error) {
      throw lockError(database, directory, error);
    }
    database.exec(SCHEMA);
    const holder = database.get("SELECT token FROM holder");
    if (holder !== undefined && text(holder, "token") === token) return;
    database.run(
      "INSERT OR REPLACE INTO holder (one, token, pid, host, started_at) VALUES (1, ?, ?, ?, ?)",
      token,
      process.pid,
      hostname(),
      startedAt,
    );
    database.exec("COMMIT");
  }
  throw inUse(directory, "several collectors start on it at the same moment");
}

function lockError(database: Database, directory: string, error: unknown): unknown {
  if (!(error instanceof CollectorError) || !isBusy(error.cause)) return error;
  // Not as the cause: that SQLite found its file locked is this lock's own doing, and asks to look for another program.
  return inUse(directory, describeHolder(database));
}

/** The collector that has the lock, in words; undefined where it is not known which one. */
export function holderText(
  holder: { readonly pid: number; readonly host: string; readonly startedAt: string } | undefined,
): string {
  if (holder === undefined) return "another collector holds it";
  return `process ${holder.pid} on host "${holder.host}" holds it since ${holder.startedAt}`;
}

function describeHolder(database: Database): string {
  try {
    const row = database.get("SELECT pid, host, started_at FROM holder");
    if (row === undefined) return holderText(undefined);
    return holderText({ pid: integer(row, "pid"), host: text(row, "host"), startedAt: text(row, "started_at") });
  } catch {
    return holderText(undefined);
  }
}

/** Refuses a storage directory that another collector works on. */
export function inUse(directory: string, seen: string): CollectorError {
  return new CollectorError(
    ErrorCode.storage,
    `Cannot use storage directory "${directory}": ${seen}; stop that collector, or give this one a directory of its own`,
  );
}
