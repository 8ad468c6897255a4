import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CollectorError, ErrorCode } from "../errors.ts";
import { CONDITIONS, DEAD_LETTERS, readCondition, readDeadLetters } from "./condition-table.ts";
import { integer, type Row } from "./database.ts";
import { readIntegrations, type IntegrationFacts } from "./ledger-facts.ts";
import { LEDGER_FILE } from "./sqlite.ts";
import { sqliteCode, storageError } from "./storage-error.ts";
import type { Condition, DeadLettered } from "./storage.ts";

/** All that a ledger says. */
export interface LedgerFacts {
  /** One entry per tenant and application, ordered by cloud, tenant and application. */
  readonly integrations: readonly IntegrationFacts[];
  /** Components that are not well, or were not when the collector ran last. */
  readonly conditions: readonly Condition[];
  /** Records that were ever set aside in dead-letter files. */
  readonly deadLetters: readonly DeadLettered[];
}

/** How long a read waits for a writer that starts or recovers the ledger at this moment. */
const BUSY_TIMEOUT_MS = 5000;
const APPLICATION_ID = 0x4f333635;

/** What a reader needs. A newer schema that still has all of it is read as well: steps between schemas only add. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  integration: ["id", "cloud", "tenant_id", "client_id"],
  subscription: ["integration", "content_type", "started_at"],
  origin: ["integration", "content_type", "since"],
  coverage: ["integration", "content_type", "from", "to", "listed_at"],
  branch: ["id", "integration", "name", "since", "active"],
  content: [
    "id",
    "integration",
    "content_type",
    "created",
    "listed_at",
    "records",
    "attempts",
    "last_error",
    "retry_at",
  ],
  settlement: ["content", "branch", "state"],
  owed: ["content", "branch", "created", "due"],
};

const COLUMNS = `SELECT tables.name AS "table", columns.name AS "column"
  FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'`;

/**
 * Reads what the ledger in a storage directory says, as of one instant. Works beside a collector that is running, and
 * changes nothing.
 *
 * @param directory `storage::directory`.
 * @returns Undefined when there is no ledger yet.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be read.
 */
export function readLedger(directory: string): LedgerFacts | undefined {
  return withLedger(directory, (database, path) => {
    const tables = readableTables(database, path);
    if (tables === undefined) return undefined;
    const has = (table: string): boolean => tables.has(table);
    return {
      integrations: readIntegrations(database, has),
      conditions: has("condition") ? database.prepare(CONDITIONS).all().map(readCondition) : [],
      deadLetters: has("dead_letter") ? database.prepare(DEAD_LETTERS).all().map(readDeadLetters) : [],
    };
  });
}

/**
 * Blobs that some branch has listed and not settled yet, counted once per branch: cheap enough to be asked for many times a
 * second. 0 when there is no ledger yet.
 *
 * @param directory `storage::directory`.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be read.
 */
export function owedBlobs(directory: string): number {
  const owed = withLedger(directory, (database) => {
    // A collector that is just starting may not have made its tables yet.
    const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owed'").get();
    if (table === undefined) return 0;
    return Number(database.prepare("SELECT count(*) AS count FROM owed").get()?.["count"] ?? 0);
  });
  return owed ?? 0;
}

function withLedger<T>(directory: string, read: (database: DatabaseSync, path: string) => T): T | undefined {
  const path = join(directory, LEDGER_FILE);
  if (!existsSync(path)) return undefined;
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    // One snapshot for all statements: the collector goes on writing meanwhile.
    database.exec("BEGIN");
    return read(database, path);
  } catch (error) {
    throw sqliteCode(error) === undefined ? error : storageError("read", path, error);
  }
}

/** Undefined for a file that its collector has only just made. */
function readableTables(database: DatabaseSync, path: string): ReadonlyMap<string, unknown> | undefined {
  const found = new Map<string, Set<string>>();
  for (const row of database.prepare(COLUMNS).all()) {
    const table = String(row["table"]);
    found.set(table, (found.get(table) ?? new Set()).add(String(row["column"])));
  }
  const version = pragma(database, "user_version");
  if (version === 0 && found.size === 0) return undefined;
  const applicationId = pragma(database, "application_id");
  if (applicationId !== APPLICATION_ID) {
    throw unreadable(path, `another program wrote it (application_id ${applicationId})`, "name another directory");
  }
  for (const [table, columns] of Object.entries(NEEDED)) {
    const missing = columns.find((column) => found.get(table)?.has(column) !== true);
    if (missing === undefined) continue;
    const seen = `its schema is version ${version} and has no column "${missing}" in table "${table}"`;
    throw unreadable(path, seen, "run the otel-o365 that wrote it");
  }
  return found;
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  const row: Row | undefined = database.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? 0 : integer(row, name);
}

function unreadable(path: string, seen: string, remedy: string): CollectorError {
  return new CollectorError(ErrorCode.storage, `Cannot read ledger "${path}": ${seen}; ${remedy}`);
}
