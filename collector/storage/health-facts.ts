import { integer, optionalInteger, text, type Database, type Row } from "./database.ts";
import type { ContentTypeFacts, IntegrationFacts } from "./ledger-facts.ts";
import type { LedgerOwner } from "./storage.ts";

const NAMES = `SELECT content_type FROM origin WHERE integration = ?1 UNION SELECT content_type FROM newest WHERE integration = ?1`;
const NEWEST = "SELECT blob, record FROM newest WHERE integration = ? AND content_type = ?";
const ORIGIN = "SELECT since FROM origin WHERE integration = ? AND content_type = ?";
const SUBSCRIPTION = "SELECT started_at FROM subscription WHERE integration = ? AND content_type = ?";
const COVERAGE = `SELECT "from", "to", listed_at FROM coverage WHERE integration = ? AND content_type = ? ORDER BY "from"`;
const BRANCHES = "SELECT id, name, since, active FROM branch WHERE integration = ? ORDER BY id";
const OWED = `SELECT content.content_type, branch.name, count(*) AS blobs,
    min(owed.created) AS oldest_created, min(content.listed_at) AS oldest_listed
  FROM branch CROSS JOIN owed ON owed.branch = branch.id JOIN content ON content.id = owed.content
  WHERE branch.integration = ? AND branch.active = 1 GROUP BY content.content_type, branch.id ORDER BY branch.id`;

/**
 * What judging one integration takes, for a collector at work: it reads as many rows as there are blobs owed, never the
 * whole ledger. Counts of blobs that have ended are therefore 0 or 1: none, or some; those of losses are left at 0, because the
 * ledger's list of losses tells of each.
 */
export function readHealthFacts(database: Database, integration: number, owner: LedgerOwner): IntegrationFacts {
  const owed = Map.groupBy(database.all(OWED, integration), (row) => text(row, "content_type"));
  const names = database.all(NAMES, integration).map((row) => text(row, "content_type"));
  return {
    owner,
    component: undefined,
    contentTypes: names.map((name) => contentTypeFacts(database, integration, name, owed.get(name) ?? [])),
    branches: database.all(BRANCHES, integration).map((row) => ({
      name: text(row, "name"),
      sinceMs: integer(row, "since"),
      active: integer(row, "active") === 1,
      delivered: 0,
      expired: 0,
      gone: 0,
    })),
  };
}

function contentTypeFacts(
  database: Database,
  integration: number,
  contentType: string,
  owed: readonly Row[],
): ContentTypeFacts {
  const newest = database.get(NEWEST, integration, contentType);
  const newestMs = newest === undefined ? undefined : optionalInteger(newest, "blob");
  const newestRecordMs = newest === undefined ? undefined : optionalInteger(newest, "record");
  const origin = database.get(ORIGIN, integration, contentType);
  const subscription = database.get(SUBSCRIPTION, integration, contentType);
  return {
    contentType,
    listed: newestMs === undefined ? 0 : 1,
    // A record that a branch has came in a blob that has ended, or is about to.
    delivered: newestRecordMs === undefined ? 0 : 1,
    pending: owed.reduce((sum, row) => sum + integer(row, "blobs"), 0),
    setAside: 0,
    expired: 0,
    gone: 0,
    records: 0,
    lastError: undefined,
    newestMs,
    newestRecordMs,
    longestPauseMs: undefined,
    originMs: origin === undefined ? undefined : integer(origin, "since"),
    subscriptionStartedMs: subscription === undefined ? undefined : integer(subscription, "started_at"),
    coverage: database.all(COVERAGE, integration, contentType).map((row) => ({
      fromMs: integer(row, "from"),
      toMs: integer(row, "to"),
      listedAtMs: integer(row, "listed_at"),
    })),
    owed: owed.map((row) => ({
      branch: text(row, "name"),
      blobs: integer(row, "blobs"),
      oldestCreatedMs: integer(row, "oldest_created"),
      oldestListedMs: integer(row, "oldest_listed"),
    })),
  };
}

const LONGEST_PAUSE = `SELECT max(pause) AS pause FROM (
  SELECT created - lag(created) OVER (ORDER BY created) AS pause FROM content WHERE integration = ? AND content_type = ?)`;

/** Longest time between one blob and the next; undefined with less than two. Reads every blob of the content type. */
export function longestPause(database: Database, integration: number, contentType: string): number | undefined {
  const row = database.get(LONGEST_PAUSE, integration, contentType);
  return row === undefined ? undefined : optionalInteger(row, "pause");
}
