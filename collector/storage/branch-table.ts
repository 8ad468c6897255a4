import { integer, text, type Database } from "./database.ts";
import type { ClosedBranch } from "./storage.ts";

const ALL = "SELECT id, name, since, active FROM branch WHERE integration = ?";
const INSERT = "INSERT INTO branch (integration, name, since, active) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING";
const UPDATE = "UPDATE branch SET active = ?, since = ? WHERE id = ?";
const FORGIVE = "DELETE FROM owed WHERE branch = ?";
const OWE = `INSERT INTO owed (content, branch, created, content_id, due)
  SELECT content.id, branch.id, content.created, content.content_id, content.retry_at
  FROM branch JOIN content ON content.integration = branch.integration AND content.created >= branch.since
  WHERE branch.id = ? AND NOT EXISTS (
    SELECT 1 FROM settlement WHERE settlement.content = content.id AND settlement.branch = branch.id)
  ON CONFLICT DO NOTHING`;

/** Ids of the branches of one integration, by name. */
export type BranchIds = ReadonlyMap<string, number>;

/** Ids of all branches that were ever named, by name. */
export function branchIds(database: Database, integration: number): BranchIds {
  return new Map(database.all(ALL, integration).map((row) => [text(row, "name"), integer(row, "id")]));
}

/**
 * Makes exactly `names` the active branches, so that `owed` holds what each of them has not settled. Call inside a transaction.
 *
 * @param sinceMs A branch owes no blob created before the earliest such time it was ever given.
 * @returns The branches that stopped owing blobs.
 */
export function activateBranches(
  database: Database,
  integration: number,
  names: readonly string[],
  sinceMs: number,
): readonly ClosedBranch[] {
  const closed: ClosedBranch[] = [];
  for (const name of names) database.run(INSERT, integration, name, sinceMs);
  const wanted = new Set(names);
  for (const row of database.all(ALL, integration)) {
    const id = integer(row, "id");
    const since = integer(row, "since");
    const active = integer(row, "active") === 1;
    const name = text(row, "name");
    if (!wanted.has(name)) {
      const owedBlobs = active ? forgive(database, id, since) : 0;
      if (owedBlobs > 0) closed.push({ name, owedBlobs });
    } else if (!active || sinceMs < since) {
      database.run(UPDATE, 1, Math.min(since, sinceMs), id);
      database.run(OWE, id);
    }
  }
  return closed;
}

/** Returns the number of blobs that the branch owed. */
function forgive(database: Database, branch: number, since: number): number {
  database.run(UPDATE, 0, since, branch);
  return database.run(FORGIVE, branch);
}
