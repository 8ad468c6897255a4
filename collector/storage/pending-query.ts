import { integer, optionalInteger, text, type Database } from "./database.ts";
import type { BranchIds } from "./branch-table.ts";
import type { PendingContent, Period } from "./storage.ts";

const NEXT_DUE = "SELECT min(due) AS due FROM owed WHERE branch = ? AND due > 0";
const WAKE = "UPDATE owed SET due = 0 WHERE branch = ? AND due > 0 AND (due <= ? OR due > ?)";
const READY = `SELECT content, created, content_id FROM owed
  WHERE branch = ? AND due = 0 AND created >= ? AND created < ? ORDER BY created, content_id LIMIT ?`;
const CONTENT = "SELECT content_type, uri, expires, attempts, bytes FROM content WHERE id = ?";
const OWED_BY = "SELECT branch FROM owed WHERE content = ?";

/** Nothing is set aside for longer: a time beyond it was set by a clock that was ahead. */
const MAX_ASIDE_MS = 3 * 3_600_000;

interface Candidate {
  readonly key: number;
  readonly createdMs: number;
  readonly contentId: string;
}

/**
 * The oldest blobs, out of those created in a period, that any of the branches still owes and that are due. Reads as many index entries as it returns and
 * leaves out, per branch, however many blobs are owed. Call inside a transaction: blobs that were set aside and are due now are put back.
 */
export function queryPending(
  database: Database,
  branches: BranchIds,
  nowMs: number,
  limit: number,
  except: ReadonlySet<number>,
  { fromMs = Number.MIN_SAFE_INTEGER, toMs = Number.MAX_SAFE_INTEGER }: Partial<Period> = {},
): readonly PendingContent[] {
  const candidates = new Map<number, Candidate>();
  for (const branch of branches.values()) {
    const due = nextDue(database, branch);
    const latestMs = nowMs + MAX_ASIDE_MS;
    if (due !== undefined && (due <= nowMs || due > latestMs)) database.run(WAKE, branch, nowMs, latestMs);
    for (const row of database.all(READY, branch, fromMs, toMs, limit + except.size)) {
      const key = integer(row, "content");
      if (except.has(key)) continue;
      candidates.set(key, { key, createdMs: integer(row, "created"), contentId: text(row, "content_id") });
    }
  }
  return [...candidates.values()]
    .toSorted(oldestFirst)
    .slice(0, limit)
    .map((candidate) => describe(database, candidate, branches));
}

/** When the first of the blobs that a branch has set aside becomes due. */
export function nextDue(database: Database, branch: number): number | undefined {
  const row = database.get(NEXT_DUE, branch);
  return row === undefined ? undefined : optionalInteger(row, "due");
}

function oldestFirst(a: Candidate, b: Candidate): number {
  if (a.createdMs !== b.createdMs) return a.createdMs - b.createdMs;
  if (a.contentId === b.contentId) return a.key - b.key;
  return a.contentId < b.contentId ? -1 : 1;
}

function describe(database: Database, candidate: Candidate, branches: BranchIds): PendingContent {
  const row = database.get(CONTENT, candidate.key);
  if (row === undefined) throw new RangeError(`Cannot describe content ${candidate.key}: it is owed but not listed`);
  const owing = new Set(database.all(OWED_BY, candidate.key).map((owed) => integer(owed, "branch")));
  return {
    key: candidate.key,
    contentType: text(row, "content_type"),
    contentId: candidate.contentId,
    uri: text(row, "uri"),
    createdMs: candidate.createdMs,
    expiresMs: integer(row, "expires"),
    attempts: integer(row, "attempts"),
    bytes: optionalInteger(row, "bytes"),
    branches: [...branches].filter(([, id]) => owing.has(id)).map(([name]) => name),
  };
}
