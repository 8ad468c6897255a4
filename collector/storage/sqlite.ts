import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addDeadLetters, replaceConditions } from "./condition-table.ts";
import { Database } from "./database.ts";
import { DirectoryLock, LOCK_FILE, type EndingKind } from "./directory-lock.ts";
import { migrate } from "./schema.ts";
import { SqliteLedger } from "./sqlite-ledger.ts";
import { makeDirectory } from "./make-directory.ts";
import { storageError } from "./storage-error.ts";
import type { Condition, DeadLettered, Ledger, LedgerOwner, Storage } from "./storage.ts";

/** Name of the ledger in `storage::directory`. */
export const LEDGER_FILE = "ledger.db";
const SPOOL_DIRECTORY = "spool";

export interface StorageOptions {
  /** How long a statement waits while another process (a backup, a reader) holds the ledger. Default: 5 s. */
  readonly busyTimeoutMs?: number;
  /** Time of start that a second collector is told, milliseconds since the epoch. Default: now. */
  readonly startedAtMs?: number;
}

/**
 * Opens the state of a collector in `directory` (made when absent, mode 0700): `ledger.db` (SQLite, WAL,
 * `synchronous=FULL`), `lock.db` and the folder `spool`, which is emptied. Files are made with mode 0600.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when another collector uses the directory (it is named), when a file
 * cannot be read or written, is damaged, or was written by a newer otel-o365.
 */
export function openStorage(directory: string, options: StorageOptions = {}): Storage {
  makeDirectory(directory);
  const ledgerWasLost = existsSync(join(directory, LOCK_FILE)) && !existsSync(join(directory, LEDGER_FILE));
  const lock = DirectoryLock.acquire(directory, new Date(options.startedAtMs ?? Date.now()).toISOString());
  try {
    const database = openLedger(join(directory, LEDGER_FILE), options.busyTimeoutMs ?? 5000);
    try {
      return new SqliteStorage(lock, database, emptySpool(directory), ledgerWasLost);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release("failed", Date.now());
    throw error;
  }
}

class SqliteStorage implements Storage {
  readonly spoolDirectory: string;
  readonly ledgerWasLost: boolean;
  readonly #lock: DirectoryLock;
  readonly #database: Database;
  readonly #ledgers = new Map<string, SqliteLedger>();

  constructor(lock: DirectoryLock, database: Database, spoolDirectory: string, ledgerWasLost: boolean) {
    this.#lock = lock;
    this.#database = database;
    this.spoolDirectory = spoolDirectory;
    this.ledgerWasLost = ledgerWasLost;
  }

  ledger(owner: LedgerOwner): Ledger {
    const key = JSON.stringify([owner.cloud, owner.tenantId, owner.clientId]);
    let ledger = this.#ledgers.get(key);
    if (ledger === undefined) {
      ledger = new SqliteLedger(this.#database, owner);
      this.#ledgers.set(key, ledger);
    }
    return ledger;
  }

  saveConditions(conditions: readonly Condition[]): void {
    this.#database.transaction(() => replaceConditions(this.#database, conditions));
  }

  countDeadLetters(letters: readonly DeadLettered[], atMs: number): void {
    this.#database.transaction(() => addDeadLetters(this.#database, letters, atMs));
  }

  beat(nowMs: number): void {
    this.#lock.beat(nowMs);
  }

  close(kind: EndingKind = "stopped", atMs = Date.now()): void {
    try {
      this.#database.close();
    } finally {
      this.#lock.release(kind, atMs);
    }
  }
}

/**
 * Opens the ledger file, brought to the current schema. For whoever holds the lock of its folder.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` as openStorage() does.
 */
export function openLedger(path: string, busyTimeoutMs: number): Database {
  const database = new Database(path, busyTimeoutMs);
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Spooled blobs belong to the process that fetched them; whoever starts later fetches them again. */
function emptySpool(directory: string): string {
  const path = join(directory, SPOOL_DIRECTORY);
  makeDirectory(path);
  try {
    for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
  } catch (error) {
    throw storageError("empty directory", path, error);
  }
  return path;
}
