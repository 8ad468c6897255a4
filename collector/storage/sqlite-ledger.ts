import { activateBranches, branchIds, type BranchIds } from "./branch-table.ts";
import { countContent } from "./content-counts.ts";
import { addPeriod, forgetPeriods, limitPeriods, periods } from "./coverage-table.ts";
import { integer, type Database } from "./database.ts";
import { addEvents, forgetEvents, lastAnnounced, payEvents, queryOwedEvents, setAnnounced } from "./event-table.ts";
import { longestPause, readHealthFacts } from "./health-facts.ts";
import type { IntegrationFacts } from "./ledger-facts.ts";
import { markTold, queryUntoldLosses } from "./loss-table.ts";
import { nextDue, queryPending } from "./pending-query.ts";
import { forgetSeenDays, SeenTable } from "./seen-table.ts";
import type {
  Acknowledged,
  ClosedBranch,
  CollectorEvent,
  Ledger,
  LedgerCounts,
  LedgerOwner,
  ListedContent,
  Loss,
  OwedEvent,
  PendingContent,
  Period,
  SeenSpan,
  Settlement,
} from "./storage.ts";

const DAY_MS = 86_400_000;
/** The API lists seven days back and tolerates an hour more: a blob older than this cannot be listed again. */
const CONTENT_AGE_MS = 8 * DAY_MS;
const COVERAGE_AGE_MS = 90 * DAY_MS;
/** Characters of an error text worth keeping. */
const MAX_ERROR_LENGTH = 1000;

const INSERT_OWNER = "INSERT INTO integration (cloud, tenant_id, client_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
const FIND_OWNER = "SELECT id FROM integration WHERE cloud = ? AND tenant_id = ? AND client_id = ?";

const SET_COMPONENT = "UPDATE integration SET component = ? WHERE id = ? AND component IS NOT ?";

const INSERT_CONTENT = `INSERT INTO content (integration, content_type, content_id, uri, created, expires, listed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const OWE_NEW = `INSERT INTO owed (content, branch, created, content_id, due)
  SELECT content.id, branch.id, content.created, content.content_id, 0
  FROM content JOIN branch ON branch.integration = content.integration AND branch.active = 1 AND branch.since <= content.created
  WHERE content.integration = ? AND content.content_type = ? AND content.content_id = ?`;

const SET_ORIGIN = `INSERT INTO origin (integration, content_type, since) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET since = min(since, excluded.since) RETURNING since`;

const FIND_SUBSCRIPTION = "SELECT started_at FROM subscription WHERE integration = ? AND content_type = ?";
const SET_SUBSCRIPTION = `INSERT INTO subscription (integration, content_type, started_at) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET started_at = excluded.started_at`;

const FIND_RECONCILED = "SELECT at FROM reconciliation WHERE integration = ? AND content_type = ?";
const SET_RECONCILED = `INSERT INTO reconciliation (integration, content_type, at) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET at = excluded.at`;

const NEWEST_BLOB = `INSERT INTO newest (integration, content_type, blob) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET blob = excluded.blob WHERE blob IS NULL OR blob < excluded.blob`;
const NEWEST_RECORD = `INSERT INTO newest (integration, content_type, record)
  SELECT integration, content_type, ? FROM content WHERE id = ?
  ON CONFLICT DO UPDATE SET record = excluded.record WHERE record IS NULL OR record < excluded.record`;

const FAILED = `UPDATE content SET attempts = attempts + 1, last_error = ?, retry_at = ? WHERE id = ? AND integration = ?`;
const SET_ASIDE = "UPDATE owed SET due = ? WHERE content = ?";
const SET_TYPE_ASIDE = `UPDATE owed SET due = max(due, ?) WHERE content IN (
  SELECT id FROM content WHERE integration = ? AND content_type = ?)`;

const FETCHED = "UPDATE content SET records = ?, bytes = ? WHERE id = ? AND integration = ?";
const KNOWN = "SELECT 1 FROM content WHERE id = ? AND integration = ?";
/** Delivered is final: a later outcome of the same blob and branch cannot take it back. */
const SETTLE = `INSERT INTO settlement (content, branch, state, records, reason, settled_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET state = excluded.state, records = excluded.records, reason = excluded.reason, settled_at = excluded.settled_at
  WHERE state <> 'delivered'`;
const PAID = "DELETE FROM owed WHERE content = ? AND branch = ?";

const FORGET_CONTENT = `DELETE FROM content WHERE integration = ? AND created <= ? AND expires <= ?
  AND NOT EXISTS (SELECT 1 FROM owed WHERE owed.content = content.id)`;

/** The ledger of one tenant and application in a SQLite file. Methods are synchronous; each is one transaction. */
export class SqliteLedger implements Ledger {
  readonly #database: Database;
  readonly #owner: LedgerOwner;
  readonly #id: number;
  readonly #seen = new Map<number, SeenTable>();
  #branches: BranchIds;

  constructor(database: Database, owner: LedgerOwner) {
    this.#database = database;
    this.#owner = owner;
    this.#id = database.transaction(() => ownerId(database, owner));
    this.#branches = branchIds(database, this.#id);
  }

  openBranches(names: readonly string[], sinceMs: number): readonly ClosedBranch[] {
    const closed = this.#database.transaction(() =>
      activateBranches(this.#database, this.#id, names, Math.round(sinceMs)),
    );
    this.#branches = branchIds(this.#database, this.#id);
    return closed;
  }

  origin(contentType: string, proposedMs: number): number {
    const row = this.#database.get(SET_ORIGIN, this.#id, contentType, Math.round(proposedMs));
    return row === undefined ? Math.round(proposedMs) : integer(row, "since");
  }

  addListed(contentType: string, page: readonly ListedContent[], nowMs: number): number {
    const listedAt = Math.round(nowMs);
    return this.#database.transaction(() => {
      let added = 0;
      let newestMs = Number.NEGATIVE_INFINITY;
      for (const { contentId, uri, createdMs, expiresMs } of page) {
        const blob = [contentId, uri, createdMs, expiresMs, listedAt] as const;
        const isNew = this.#database.run(INSERT_CONTENT, this.#id, contentType, ...blob);
        if (isNew === 0) continue;
        this.#database.run(OWE_NEW, this.#id, contentType, contentId);
        added += 1;
        newestMs = Math.max(newestMs, createdMs);
      }
      if (added > 0) this.#database.run(NEWEST_BLOB, this.#id, contentType, newestMs);
      return added;
    });
  }

  addCoverage(contentType: string, period: Period, listedAtMs: number): void {
    this.#database.transaction(() => addPeriod(this.#database, this.#id, contentType, period, Math.round(listedAtMs)));
  }

  limitCoverage(contentType: string, toMs: number): void {
    this.#database.transaction(() => limitPeriods(this.#database, this.#id, contentType, Math.round(toMs)));
  }

  coverage(contentType: string, within: Period): readonly Period[] {
    return periods(this.#database, this.#id, contentType, within);
  }

  subscriptionStartedMs(contentType: string): number | undefined {
    const row = this.#database.get(FIND_SUBSCRIPTION, this.#id, contentType);
    return row === undefined ? undefined : integer(row, "started_at");
  }

  setSubscriptionStarted(contentType: string, atMs: number): void {
    this.#database.run(SET_SUBSCRIPTION, this.#id, contentType, Math.round(atMs));
  }

  pending(
    branches: readonly string[],
    nowMs: number,
    limit: number,
    except: ReadonlySet<number>,
    created?: Partial<Period>,
  ): readonly PendingContent[] {
    if (limit <= 0) return [];
    const ids = this.#select(branches);
    return this.#database.transaction(() => queryPending(this.#database, ids, nowMs, limit, except, created));
  }

  nextDueMs(branches: readonly string[]): number | undefined {
    let first: number | undefined;
    for (const branch of this.#select(branches).values()) {
      const due = nextDue(this.#database, branch);
      if (due !== undefined && (first === undefined || due < first)) first = due;
    }
    return first;
  }

  fetchFailed(key: number, error: string, retryAtMs: number): void {
    const retryAt = Math.max(0, Math.ceil(retryAtMs));
    this.#database.transaction(() => {
      const known = this.#database.run(FAILED, error.slice(0, MAX_ERROR_LENGTH), retryAt, key, this.#id);
      if (known === 0) throw unknownContent(key);
      this.#database.run(SET_ASIDE, retryAt, key);
    });
  }

  setAside(contentType: string, retryAtMs: number): void {
    this.#database.run(SET_TYPE_ASIDE, Math.max(0, Math.ceil(retryAtMs)), this.#id, contentType);
  }

  settle(
    key: number,
    branch: string,
    settlement: Settlement,
    bytes: number,
    atMs: number,
    acknowledged?: Acknowledged,
  ): void {
    const branchId = this.#branchId(branch);
    const { state, records, reason = null, newestRecordMs } = settlement;
    this.#withSeen(() => {
      const known =
        state === "delivered"
          ? this.#database.run(FETCHED, records, bytes, key, this.#id) > 0
          : this.#database.get(KNOWN, key, this.#id) !== undefined;
      if (!known) throw unknownContent(key);
      this.#database.run(SETTLE, key, branchId, state, records, reason, Math.round(atMs));
      this.#database.run(PAID, key, branchId);
      if (newestRecordMs !== undefined) this.#database.run(NEWEST_RECORD, Math.round(newestRecordMs), key);
      if (acknowledged !== undefined) this.#seenBy(branchId).add(acknowledged.keys, atMs, acknowledged.maxRecords);
    });
  }

  remember(branch: string, { keys, maxRecords }: Acknowledged, atMs: number): void {
    const branchId = this.#branchId(branch);
    this.#withSeen(() => this.#seenBy(branchId).add(keys, atMs, maxRecords));
  }

  seen(branch: string, keys: Buffer): Uint8Array {
    return this.#seenBy(this.#branchId(branch)).find(keys);
  }

  seenSpan(branch: string): SeenSpan {
    return this.#seenBy(this.#branchId(branch)).span();
  }

  reconciledMs(contentType: string): number | undefined {
    const row = this.#database.get(FIND_RECONCILED, this.#id, contentType);
    return row === undefined ? undefined : integer(row, "at");
  }

  setReconciled(contentType: string, atMs: number): void {
    this.#database.run(SET_RECONCILED, this.#id, contentType, Math.round(atMs));
  }

  counts(): readonly LedgerCounts[] {
    return countContent(this.#database, this.#id);
  }

  setComponent(id: string): void {
    this.#database.run(SET_COMPONENT, id, this.#id, id);
  }

  healthFacts(): IntegrationFacts {
    return this.#database.transaction(() => readHealthFacts(this.#database, this.#id, this.#owner));
  }

  longestPauseMs(contentType: string): number | undefined {
    return longestPause(this.#database, this.#id, contentType);
  }

  announced(key: string): string | undefined {
    return lastAnnounced(this.#database, this.#id, key);
  }

  announce(key: string, value: string, events: readonly CollectorEvent[], atMs: number): void {
    this.#database.transaction(() => {
      setAnnounced(this.#database, this.#id, key, value, atMs);
      addEvents(this.#database, this.#id, events);
    });
  }

  untoldLosses(limit: number): readonly Loss[] {
    return queryUntoldLosses(this.#database, this.#id, limit);
  }

  announceLosses(losses: readonly Loss[], events: readonly CollectorEvent[]): void {
    this.#database.transaction(() => {
      markTold(this.#database, losses, (name) => this.#branchId(name));
      addEvents(this.#database, this.#id, events);
    });
  }

  owedEvents(branch: string, limit: number): readonly OwedEvent[] {
    return queryOwedEvents(this.#database, this.#branchId(branch), limit);
  }

  settleEvents(branch: string, keys: readonly number[]): void {
    this.#database.transaction(() => payEvents(this.#database, this.#branchId(branch), keys));
  }

  prune(nowMs: number): void {
    const now = Math.round(nowMs);
    this.#withSeen(() => {
      for (const branchId of this.#branches.values()) {
        if (forgetSeenDays(this.#database, branchId, now)) this.#seen.delete(branchId);
      }
      this.#database.run(FORGET_CONTENT, this.#id, now - CONTENT_AGE_MS, now);
      forgetPeriods(this.#database, this.#id, now - COVERAGE_AGE_MS);
      forgetEvents(this.#database, this.#id, now - COVERAGE_AGE_MS);
    });
  }

  /** A transaction that writes seen records. What was read into memory may not be in the file when it fails. */
  #withSeen(work: () => void): void {
    try {
      this.#database.transaction(work);
    } catch (error) {
      this.#seen.clear();
      throw error;
    }
  }

  #seenBy(branchId: number): SeenTable {
    let table = this.#seen.get(branchId);
    if (table === undefined) {
      table = new SeenTable(this.#database, branchId);
      this.#seen.set(branchId, table);
    }
    return table;
  }

  #select(names: readonly string[]): BranchIds {
    return new Map(names.map((name) => [name, this.#branchId(name)]));
  }

  #branchId(name: string): number {
    const id = this.#branches.get(name);
    if (id === undefined) throw new RangeError(`Cannot find branch "${name}": openBranches() never named it`);
    return id;
  }
}

function ownerId(database: Database, { cloud, tenantId, clientId }: LedgerOwner): number {
  database.run(INSERT_OWNER, cloud, tenantId, clientId);
  const row = database.get(FIND_OWNER, cloud, tenantId, clientId);
  if (row === undefined) throw new RangeError(`Cannot find the ledger of tenant "${tenantId}" after making it`);
  return integer(row, "id");
}

function unknownContent(key: number): RangeError {
  return new RangeError(`Cannot find content ${key}: the ledger holds no such key`);
}
