import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "node:sqlite";
import { integer, text } from "./database.ts";
import type { CollectorError } from "../errors.ts";
import { type EndingKind, holderText, inUse, LOCK_FILE } from "./directory-lock.ts";
import { isBusy, sqliteCode } from "./storage-error.ts";

/** A collector never lets go of the lock; another look at it, or a start, takes less than this. */
const BUSY_TIMEOUT_MS = 100;

/** Whether a collector works on a storage directory, and which one did last. */
export interface LockHolder {
  /** `unknown` when this user may not try the lock. */
  readonly running: "yes" | "no" | "unknown";
  /** The collector that holds the lock, or held it last; undefined when none ever did, or it cannot be read. */
  readonly process: HoldingProcess | undefined;
  /** How that one ended; undefined while it runs, when none ever did, or it cannot be told. */
  readonly ending: HolderEnding | undefined;
}

export interface HolderEnding {
  /** `stopped`: it was asked to. `failed`: it could not start. `abrupt`: neither; it was killed or has crashed. */
  readonly kind: EndingKind | "abrupt";
  /** When it ended; when it was killed, it lived until about then. Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface HoldingProcess {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/**
 * Looks at the lock of a storage directory by trying to take it, and gives it back at once. A collector that starts at that
 * very moment waits that long. Creates and changes no file; throws nothing.
 *
 * @param directory `storage::directory`.
 */
export function readLock(directory: string): LockHolder {
  const path = join(directory, LOCK_FILE);
  if (!existsSync(path)) return { running: "no", process: undefined, ending: undefined };
  const url = pathToFileURL(path);
  url.searchParams.set("mode", "rw");
  try {
    using database = new DatabaseSync(url, { timeout: BUSY_TIMEOUT_MS });
    const running = isHeld(database);
    const holder = readProcess(database);
    const ended = running === "no" && holder !== undefined;
    return { running, process: holder, ending: ended ? readEnding(database, path, holder) : undefined };
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    return { running: "unknown", process: undefined, ending: undefined };
  }
}

/** What a collector would be refused with that starts on the directory now; undefined when none works on it. */
export function inUseError(directory: string): CollectorError | undefined {
  const { running, process: holder } = readLock(directory);
  if (running !== "yes") return undefined;
  return inUse(directory, holderText(holder));
}

function isHeld(database: DatabaseSync): LockHolder["running"] {
  try {
    database.exec("BEGIN IMMEDIATE");
    database.exec("ROLLBACK");
    return "no";
  } catch (error) {
    return isBusy(error) ? "yes" : "unknown";
  }
}

function readProcess(database: DatabaseSync): HoldingProcess | undefined {
  try {
    const row = database.prepare("SELECT pid, host, started_at FROM holder").get();
    if (row === undefined) return undefined;
    return { pid: integer(row, "pid"), host: text(row, "host"), startedAt: text(row, "started_at") };
  } catch {
    // The collector that made the file has not written its name yet.
    return undefined;
  }
}

function readEnding(database: DatabaseSync, path: string, { startedAt }: HoldingProcess): HolderEnding {
  const seenMs = Math.max(statSync(path).mtimeMs, Date.parse(startedAt) || 0);
  const abrupt = { kind: "abrupt", atMs: seenMs } as const;
  try {
    const row = database.prepare("SELECT kind, at FROM ending JOIN holder USING (token)").get();
    if (row === undefined) return abrupt;
    return { kind: text(row, "kind") === "failed" ? "failed" : "stopped", atMs: Date.parse(text(row, "at")) };
  } catch (error) {
    // Written by an otel-o365 that did not leave its ending.
    if (sqliteCode(error) === undefined) throw error;
    return abrupt;
  }
}
