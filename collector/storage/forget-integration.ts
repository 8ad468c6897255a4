import { existsSync } from "node:fs";
import { join } from "node:path";
import { integer, text, type Database } from "./database.ts";
import { DirectoryLock } from "./directory-lock.ts";
import { LEDGER_FILE, openLedger } from "./sqlite.ts";
import type { LedgerOwner } from "./storage.ts";

const BUSY_TIMEOUT_MS = 5000;

/**
 * Deletes all that the ledger of a folder holds of one integration. Makes no ledger where there is none.
 *
 * @returns Whether there was anything.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when a collector works on the folder (it is named), or the ledger cannot
 * be written.
 */
export function forgetIntegration(directory: string, owner: LedgerOwner): boolean {
  const path = join(directory, LEDGER_FILE);
  if (!existsSync(path)) return false;
  const lock = DirectoryLock.acquire(directory, new Date().toISOString());
  try {
    const database = openLedger(path, BUSY_TIMEOUT_MS);
    try {
      return database.transaction(() => forget(database, owner));
    } finally {
      database.close();
    }
  } finally {
    lock.release("stopped", Date.now());
  }
}

function forget(database: Database, { cloud, tenantId, clientId }: LedgerOwner): boolean {
  const row = database.get(
    "SELECT id FROM integration WHERE cloud = ? AND tenant_id = ? AND client_id = ?",
    cloud,
    tenantId,
    clientId,
  );
  if (row === undefined) return false;
  const id = integer(row, "id");
  // By what the tables are made of, so that a table of a later schema is not forgotten here. `branch` goes last, being referred to.
  const tables = database.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  const names = tables.map((table) => text(table, "name"));
  for (const name of names.filter((table) => hasColumn(database, table, "branch"))) {
    database.run(`DELETE FROM "${name}" WHERE branch IN (SELECT id FROM branch WHERE integration = ?)`, id);
  }
  for (const name of names.filter((table) => table !== "branch" && hasColumn(database, table, "integration"))) {
    database.run(`DELETE FROM "${name}" WHERE integration = ?`, id);
  }
  database.run("DELETE FROM branch WHERE integration = ?", id);
  database.run("DELETE FROM integration WHERE id = ?", id);
  return true;
}

function hasColumn(database: Database, table: string, column: string): boolean {
  return database.get("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column) !== undefined;
}
