import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LEDGER_FILE, openStorage } from "../collector/storage/sqlite.ts";
import type { Ledger, LedgerOwner } from "../collector/storage/storage.ts";

const BRANCHES = "SELECT name FROM branch";
const SETTLED = `SELECT content.content_id AS id, settlement.state AS state
  FROM settlement JOIN content ON content.id = settlement.content JOIN branch ON branch.id = settlement.branch
  WHERE branch.name = ?`;
const KEY_BYTES = 16;

/** What the ledger says about one branch. */
export interface BranchView {
  /** How each settled blob ended, by content id. */
  readonly settled: ReadonlyMap<string, string>;
  /** Those of the records asked about (`log.record.uid`) that the branch is known to have. */
  readonly remembered: ReadonlySet<string>;
}

export interface LedgerPlace {
  /** `storage::directory` of the collector. */
  readonly directory: string;
  readonly owner: LedgerOwner;
  /** Where to put a copy; emptied. */
  readonly copyTo: string;
}

/**
 * Reads the ledger as a process has left it, from a copy: what the next process finds must not have been opened, recovered
 * or tidied up by anybody else before. To be called while no process runs.
 *
 * @param wanted The records to ask about, by branch. A branch that the ledger does not know has nothing.
 */
export function readLedgerCopy(
  { directory, owner, copyTo }: LedgerPlace,
  wanted: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, BranchView> {
  rmSync(copyTo, { recursive: true, force: true });
  mkdirSync(copyTo, { recursive: true });
  for (const name of [LEDGER_FILE, `${LEDGER_FILE}-wal`]) {
    if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(copyTo, name));
  }
  // It makes the tables when the process did not come that far.
  const storage = openStorage(copyTo);
  const database = new DatabaseSync(join(copyTo, LEDGER_FILE), { readOnly: true });
  try {
    const ledger = storage.ledger(owner);
    const known = new Set(
      database
        .prepare(BRANCHES)
        .all()
        .map(({ name }) => name),
    );
    return new Map(
      [...wanted].map(([name, uids]) => [
        name,
        known.has(name)
          ? { settled: settledBlobs(database, name), remembered: rememberedOf(ledger, name, uids) }
          : { settled: new Map(), remembered: new Set() },
      ]),
    );
  } finally {
    database.close();
    storage.close();
  }
}

function settledBlobs(database: DatabaseSync, branch: string): ReadonlyMap<string, string> {
  const rows = database.prepare(SETTLED).all(branch);
  return new Map(rows.map(({ id, state }) => [String(id), String(state)]));
}

function rememberedOf(ledger: Ledger, branch: string, uids: readonly string[]): ReadonlySet<string> {
  const keys = Buffer.from(uids.join("").replaceAll("-", ""), "hex");
  if (keys.length !== uids.length * KEY_BYTES) throw new TypeError("Cannot look records up: a uid is no UUID");
  const seen = ledger.seen(branch, keys);
  return new Set(uids.filter((_, index) => seen[index] === 1));
}
