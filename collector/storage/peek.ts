import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LEDGER_FILE } from "./sqlite.ts";
import { storageError } from "./storage-error.ts";

/**
 * Blobs that some branch has listed and not settled yet, counted once per branch. Reads beside a collector that is running;
 * 0 when there is no ledger yet.
 *
 * @param directory `storage::directory`.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be read.
 */
export function owedBlobs(directory: string): number {
  const path = join(directory, LEDGER_FILE);
  if (!existsSync(path)) return 0;
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    // A collector that is just starting may not have made its tables yet.
    const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'owed'").get();
    if (table === undefined) return 0;
    return Number(database.prepare("SELECT count(*) AS count FROM owed").get()?.["count"] ?? 0);
  } catch (error) {
    throw storageError("read", path, error);
  }
}
