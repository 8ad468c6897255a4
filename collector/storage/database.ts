import { closeSync, openSync, statSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { CollectorError, ErrorCode } from "../errors.ts";
import { sqliteCode, storageError } from "./storage-error.ts";

/** One row of a result, by column name. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/**
 * A SQLite file with cached statements and errors that say what to do. Statements are prepared once for each SQL text,
 * so texts are constants.
 *
 * @throws {CollectorError} with code `OTEL_O365_STORAGE` from every method.
 */
export class Database {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #file: string | undefined;
  #depth = 0;

  /** @param busyTimeoutMs How long a statement waits for a lock that another process holds. */
  constructor(path: string, busyTimeoutMs: number) {
    this.path = path;
    createPrivateFile(path);
    this.#database = attempt("open", path, () => new DatabaseSync(path, { timeout: busyTimeoutMs }));
    this.#file = fileAt(path);
  }

  /** Runs SQL that is not worth caching: pragmas, schema changes, BEGIN and COMMIT. */
  exec(sql: string): void {
    attempt("use", this.path, () => this.#database.exec(sql));
  }

  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return attempt("write", this.path, () => Number(this.#prepare(sql).run(...values).changes));
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return attempt("read", this.path, () => this.#prepare(sql).all(...values));
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return attempt("read", this.path, () => this.#prepare(sql).get(...values));
  }

  /** Runs `work` as one transaction: all of it is on disk when this returns, none of it when it throws. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#refuseWhenReplaced();
    this.exec("BEGIN IMMEDIATE");
    this.#depth = 1;
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    } finally {
      this.#depth = 0;
    }
  }

  /** Idempotent. */
  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) attempt("close", this.path, () => this.#database.close());
  }

  /** A file that was deleted can be written to as long as it is open, and everything written is gone afterwards. */
  #refuseWhenReplaced(): void {
    const now = fileAt(this.path);
    if (now === this.#file) return;
    const seen = now === undefined ? "the file was deleted or moved away" : "another file was put in its place";
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot write "${this.path}": ${seen} while the collector runs, and what it stores would be lost; stop it, put a backup there if there is one (docs/ledger.md says how), and start it again`,
    );
  }

  #rollback(): void {
    // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the first error.
    if (this.#database.isTransaction) this.exec("ROLLBACK");
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The integer in a column. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw unexpected(column, "an integer", value);
  return value;
}

/** The integer in a column that may be NULL. */
export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

/** The text in a column. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, "text", value);
  return value;
}

/** The text in a column; undefined for NULL. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** The bytes in a column, not copied. */
export function bytes(row: Row, column: string): Buffer {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw unexpected(column, "bytes", value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function unexpected(column: string, wanted: string, value: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.storage,
    `Cannot read column "${column}" of the ledger: it holds ${value === null ? "NULL" : typeof value} instead of ${wanted}; the file was changed by another program: restore a backup or move it away`,
  );
}

/** What tells a file from another one of the same path; undefined when there is none. */
function fileAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/**
 * SQLite would create the file readable by everyone. It is made first instead, and never opened by us when it is there:
 * closing any other descriptor of the file would drop the locks that SQLite holds on it.
 *
 * @see https://sqlite.org/howtocorrupt.html section 2.2 (read 2026-11-22)
 */
function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return;
    throw storageError("create", path, error);
  }
}

function attempt<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // Anything else is a fault in the program and must not read like a fault of the disk.
    throw sqliteCode(error) === undefined ? error : storageError(action, path, error);
  }
}
