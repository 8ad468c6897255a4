import type { DatabaseSync } from "node:sqlite";
import { integer, optionalInteger, optionalText, text, type Row } from "./database.ts";
import type { LedgerOwner, Period } from "./storage.ts";

/** What the ledger holds of one tenant and application. Times are milliseconds since the epoch. */
export interface IntegrationFacts {
  readonly owner: LedgerOwner;
  /** YAML id that it had when it was collected last; undefined when no collector has said. */
  readonly component: string | undefined;
  /** By name. */
  readonly contentTypes: readonly ContentTypeFacts[];
  /** In the order they were first named, those that are gone from the configuration included. */
  readonly branches: readonly BranchFacts[];
}

/** Blobs are counted as far as the ledger still knows them: for about 8 days, and for as long as one is owed. */
export interface ContentTypeFacts {
  readonly contentType: string;
  readonly listed: number;
  /** Blobs delivered to every active branch. */
  readonly delivered: number;
  /** Blobs that at least one active branch still has to deliver. */
  readonly pending: number;
  /** Those of `pending` that wait for their next attempt after a failure. */
  readonly setAside: number;
  readonly expired: number;
  readonly gone: number;
  /** Records in the blobs that count as delivered. */
  readonly records: number;
  /** Why the blob that was set aside for longest could not be fetched; undefined when none was for a reason of its own. */
  readonly lastError: string | undefined;
  /** When the newest blob was created. */
  readonly newestMs: number | undefined;
  /** When the newest record that any branch has was created. */
  readonly newestRecordMs: number | undefined;
  /** Longest time between one blob and the next, by their creation, in the days that the ledger knows; undefined with less than two. */
  readonly longestPauseMs: number | undefined;
  /** From when on it is collected; undefined when it was never polled. */
  readonly originMs: number | undefined;
  /** When this application last asked to start the subscription; undefined when it never had to. */
  readonly subscriptionStartedMs: number | undefined;
  /** Periods that were listed to their end and long enough after it: they neither overlap nor touch. Oldest first. */
  readonly coverage: readonly CoveredPeriod[];
  /** What each branch owes; only branches that owe something. */
  readonly owed: readonly OwedFacts[];
}

export interface CoveredPeriod extends Period {
  /** When a part of it was listed last. */
  readonly listedAtMs: number;
}

export interface OwedFacts {
  readonly branch: string;
  readonly blobs: number;
  /** When the oldest of them was created. */
  readonly oldestCreatedMs: number;
  /** When the first of them was listed. */
  readonly oldestListedMs: number;
}

export interface BranchFacts {
  readonly name: string;
  /** It owes no blob created before. */
  readonly sinceMs: number;
  /** False when the configuration names it no more. */
  readonly active: boolean;
  readonly delivered: number;
  readonly expired: number;
  readonly gone: number;
}

const OWNERS = "SELECT * FROM integration ORDER BY cloud, tenant_id, client_id";

const COUNTS = `
  SELECT content_type, count(*) AS listed, max(created) AS newest,
    count(*) FILTER (WHERE outcome = 1) AS delivered,
    count(*) FILTER (WHERE outcome = 4) AS pending,
    count(*) FILTER (WHERE outcome = 2) AS expired,
    count(*) FILTER (WHERE outcome = 3) AS gone,
    count(*) FILTER (WHERE aside) AS aside,
    coalesce(sum(records) FILTER (WHERE outcome = 1), 0) AS records
  FROM (
    SELECT content_type, created, records,
      EXISTS (SELECT 1 FROM owed WHERE owed.content = content.id AND owed.due > 0) AS aside,
      CASE WHEN EXISTS (SELECT 1 FROM owed WHERE owed.content = content.id) THEN 4 ELSE (
        SELECT max(CASE state WHEN 'gone' THEN 3 WHEN 'expired' THEN 2 ELSE 1 END)
        FROM settlement JOIN branch ON branch.id = settlement.branch AND branch.active = 1
        WHERE settlement.content = content.id) END AS outcome
    FROM content WHERE integration = ?)
  GROUP BY content_type`;

const OWED = `
  SELECT content.content_type, branch.name, count(*) AS blobs,
    min(owed.created) AS oldest_created, min(content.listed_at) AS oldest_listed
  FROM owed JOIN content ON content.id = owed.content JOIN branch ON branch.id = owed.branch
  WHERE content.integration = ? GROUP BY content.content_type, branch.id ORDER BY branch.id`;

/** SQLite takes the columns beside max() from the row that has it. */
const ERRORS = `
  SELECT content.content_type, content.last_error, max(content.retry_at)
  FROM owed JOIN content ON content.id = owed.content
  WHERE content.integration = ? AND owed.due > 0 AND content.last_error IS NOT NULL GROUP BY content.content_type`;

const COVERAGE = `SELECT content_type, "from", "to", listed_at FROM coverage WHERE integration = ? ORDER BY "from"`;
const ORIGINS = "SELECT content_type, since AS at FROM origin WHERE integration = ?";
const NEWEST = "SELECT content_type, blob, record FROM newest WHERE integration = ?";
const LONGEST_PAUSES = `SELECT content_type, max(pause) AS pause FROM (
    SELECT content_type, created - lag(created) OVER (PARTITION BY content_type ORDER BY created) AS pause
    FROM content WHERE integration = ?)
  GROUP BY content_type`;
const SUBSCRIPTIONS = "SELECT content_type, started_at AS at FROM subscription WHERE integration = ?";

const BRANCHES = `
  SELECT name, since, active,
    count(*) FILTER (WHERE state = 'delivered') AS delivered,
    count(*) FILTER (WHERE state = 'expired') AS expired,
    count(*) FILTER (WHERE state = 'gone') AS gone
  FROM branch LEFT JOIN settlement ON settlement.branch = branch.id
  WHERE branch.integration = ? GROUP BY branch.id ORDER BY branch.id`;

/**
 * Reads everything about integrations. Call inside a transaction.
 *
 * @param has Whether the ledger has a table: one of an older otel-o365 lacks some.
 */
export function readIntegrations(database: DatabaseSync, has: (table: string) => boolean): readonly IntegrationFacts[] {
  return database
    .prepare(OWNERS)
    .all()
    .map((row) => {
      const id = integer(row, "id");
      return {
        owner: { cloud: text(row, "cloud"), tenantId: text(row, "tenant_id"), clientId: text(row, "client_id") },
        component: row["component"] === undefined ? undefined : optionalText(row, "component"),
        contentTypes: readContentTypes(database, id, has),
        branches: database.prepare(BRANCHES).all(id).map(branchFacts),
      };
    });
}

function readContentTypes(
  database: DatabaseSync,
  integration: number,
  has: (table: string) => boolean,
): readonly ContentTypeFacts[] {
  const rows = (sql: string): ReadonlyMap<string, readonly Row[]> =>
    Map.groupBy(database.prepare(sql).all(integration), (row: Row) => text(row, "content_type"));
  const counts = rows(COUNTS);
  const owed = rows(OWED);
  const errors = rows(ERRORS);
  const coverage = rows(COVERAGE);
  const origins = rows(ORIGINS);
  const subscriptions = rows(SUBSCRIPTIONS);
  const pauses = rows(LONGEST_PAUSES);
  const newest = has("newest") ? rows(NEWEST) : new Map<string, readonly Row[]>();
  const names = new Set([
    ...counts.keys(),
    ...newest.keys(),
    ...coverage.keys(),
    ...origins.keys(),
    ...subscriptions.keys(),
  ]);
  return [...names].toSorted().map((contentType) => ({
    contentType,
    ...blobCounts(counts.get(contentType)?.[0], newest.get(contentType)?.[0]),
    lastError: optional(errors.get(contentType)?.[0], (row) => text(row, "last_error")),
    newestRecordMs: optional(newest.get(contentType)?.[0], (row) => optionalInteger(row, "record")),
    longestPauseMs: optional(pauses.get(contentType)?.[0], (row) => optionalInteger(row, "pause")),
    originMs: optional(origins.get(contentType)?.[0], (row) => integer(row, "at")),
    subscriptionStartedMs: optional(subscriptions.get(contentType)?.[0], (row) => integer(row, "at")),
    coverage: (coverage.get(contentType) ?? []).map((row) => ({
      fromMs: integer(row, "from"),
      toMs: integer(row, "to"),
      listedAtMs: integer(row, "listed_at"),
    })),
    owed: (owed.get(contentType) ?? []).map((row) => ({
      branch: text(row, "name"),
      blobs: integer(row, "blobs"),
      oldestCreatedMs: integer(row, "oldest_created"),
      oldestListedMs: integer(row, "oldest_listed"),
    })),
  }));
}

type BlobCounts = Pick<
  ContentTypeFacts,
  "listed" | "delivered" | "pending" | "setAside" | "expired" | "gone" | "records" | "newestMs"
>;

/** @param newest Remembers the newest blob for longer than the blobs themselves are known. */
function blobCounts(row: Row | undefined, newest: Row | undefined): BlobCounts {
  const count = (column: string): number => (row === undefined ? 0 : integer(row, column));
  return {
    listed: count("listed"),
    delivered: count("delivered"),
    pending: count("pending"),
    setAside: count("aside"),
    expired: count("expired"),
    gone: count("gone"),
    records: count("records"),
    newestMs:
      optional(row, (counts) => optionalInteger(counts, "newest")) ??
      optional(newest, (remembered) => optionalInteger(remembered, "blob")),
  };
}

function branchFacts(row: Row): BranchFacts {
  return {
    name: text(row, "name"),
    sinceMs: integer(row, "since"),
    active: integer(row, "active") === 1,
    delivered: integer(row, "delivered"),
    expired: integer(row, "expired"),
    gone: integer(row, "gone"),
  };
}

function optional<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : read(row);
}
