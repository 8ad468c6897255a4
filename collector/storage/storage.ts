import type { IntegrationFacts } from "./ledger-facts.ts";

/** Who a ledger belongs to. Renaming an integration in YAML keeps the ledger, because the YAML id is not part of it. */
export interface LedgerOwner {
  readonly cloud: string;
  /** Tenant GUID, lower case. */
  readonly tenantId: string;
  /** Application (client) id, lower case. */
  readonly clientId: string;
}

/** A blob as the service listed it. Times are milliseconds since the epoch, UTC. */
export interface ListedContent {
  readonly contentId: string;
  readonly uri: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

/** A blob that some branch still has to deliver. */
export interface PendingContent extends ListedContent {
  /** The ledger's own key of the blob. */
  readonly key: number;
  readonly contentType: string;
  /** Failed attempts to fetch it so far. */
  readonly attempts: number;
  /** Bytes of the blob when it was fetched last; undefined before the first fetch. */
  readonly bytes: number | undefined;
  /** The branches, out of those asked about, that have not settled it. */
  readonly branches: readonly string[];
}

/** A half-open period `[fromMs, toMs)`. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a blob ended for a branch. */
export interface Settlement {
  readonly state: "delivered" | "expired" | "gone";
  /** Records in the blob; 0 when it could not be fetched. */
  readonly records: number;
  /** Why it is `expired` or `gone`. */
  readonly reason?: string;
  /** When the newest record in it was created; undefined when there is none, or it is not known. */
  readonly newestRecordMs?: number | undefined;
}

/** Something the collector has to say about itself, on its way down the pipelines. */
export interface CollectorEvent {
  /** For `log.record.uid`: the same event may arrive twice. */
  readonly uid: string;
  readonly atMs: number;
  /** For example `o365.collector.gap`. */
  readonly name: string;
  /** As in `SeverityNumber`. */
  readonly severity: number;
  /** A sentence for people. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** An event that a branch has not acknowledged. */
export interface OwedEvent {
  /** The ledger's own key of the event. */
  readonly key: number;
  readonly event: CollectorEvent;
}

/** A blob that the service gave up, for one branch. */
export interface Loss {
  /** The ledger's own key of the blob. */
  readonly key: number;
  readonly branch: string;
  readonly contentType: string;
  readonly contentId: string;
  readonly createdMs: number;
  readonly state: "expired" | "gone";
  readonly reason: string | undefined;
}

/** Part of a component that is not well, or was not when the collector ran last. */
export interface Condition {
  /** YAML id: "o365/contoso". */
  readonly component: string;
  /** Branch of a processor instance. */
  readonly branch: string | undefined;
  /** Part of the component, for example a content type. */
  readonly aspect: string | undefined;
  readonly status: "recoverable_error" | "permanent_error";
  /** An `ErrorCode`, when it is known. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly sinceMs: number;
}

/** Records that a backend refused for good and that are in the dead-letter files now. */
export interface DeadLettered {
  /** YAML id of the receiver they came from; "" when they do not say. */
  readonly component: string;
  readonly contentType: string;
  readonly exporter: string;
  readonly reason: "refused" | "partial";
  readonly records: number;
}

/** Records that a branch has acknowledged. */
export interface Acknowledged {
  /** 16 bytes for each record, packed, none twice. Those that are remembered already are left out. */
  readonly keys: Buffer;
  /** So many records are remembered for the branch: past it the oldest go first. */
  readonly maxRecords: number;
}

/** A branch that is no longer named and had not delivered everything. */
export interface ClosedBranch {
  readonly name: string;
  readonly owedBlobs: number;
}

/** How far the memory of acknowledged records reaches. */
export interface SeenSpan {
  readonly records: number;
  /** Start of the day of the oldest; undefined when there is none. Part of that day may have been forgotten. */
  readonly fromMs: number | undefined;
}

/** Numbers of one content type, for summaries and `status`. */
export interface LedgerCounts {
  readonly contentType: string;
  readonly listed: number;
  /** Blobs delivered to every branch. */
  readonly delivered: number;
  /** Blobs that at least one branch still has to deliver. */
  readonly pending: number;
  readonly expired: number;
  readonly gone: number;
  readonly records: number;
}

/**
 * What was listed, fetched and delivered for one tenant and application. Every method is one transaction on disk
 * (`synchronous=FULL`) when it returns.
 *
 * @throws {CollectorError} with code `OTEL_O365_STORAGE` from every method, when the file cannot be read or written.
 */
export interface Ledger {
  /**
   * Names the branches that settle blobs. A branch owes every blob created at or after the earliest `sinceMs` that it was
   * ever opened with. A branch that is no longer named stops owing anything until it comes back.
   *
   * @returns The branches that stopped owing blobs with this call, and how many.
   */
  openBranches(names: readonly string[], sinceMs: number): readonly ClosedBranch[];
  /**
   * From when on a content type is collected: the earliest `proposedMs` it was ever called with, which it stores. Without
   * it, a stop in the middle of the first backfill would leave the rest of that period forgotten.
   */
  origin(contentType: string, proposedMs: number): number;
  /** Stores the blobs of one page before the page is forgotten. Known blobs (by content id) stay as they are. Returns how many were new. */
  addListed(contentType: string, page: readonly ListedContent[], nowMs: number): number;
  /** Stores that the whole period was listed to its last page. Call only after addListed() of every page. */
  addCoverage(contentType: string, period: Period, listedAtMs: number): void;
  /** Forgets that anything from `toMs` on was listed. */
  limitCoverage(contentType: string, toMs: number): void;
  /** Listed periods that touch `within`, merged, oldest first. */
  coverage(contentType: string, within: Period): readonly Period[];
  /** When this client last asked to start the subscription, or another start before it that the service still counts; undefined when it never asked. */
  subscriptionStartedMs(contentType: string): number | undefined;
  setSubscriptionStarted(contentType: string, atMs: number): void;
  /**
   * Blobs that any of `branches` still owes and whose next attempt is due, oldest first (created, then content id). Costs
   * what it returns and leaves out, however much is owed.
   *
   * @param except Keys of blobs to leave out.
   * @param created Only blobs created in this period.
   */
  pending(
    branches: readonly string[],
    nowMs: number,
    limit: number,
    except: ReadonlySet<number>,
    created?: Partial<Period>,
  ): readonly PendingContent[];
  /** When the next blob that is set aside becomes due; undefined when none is. */
  nextDueMs(branches: readonly string[]): number | undefined;
  /** Stores a failed fetch: it is tried again from `retryAtMs` on. */
  fetchFailed(key: number, error: string, retryAtMs: number): void;
  /** Keeps every owed blob of a content type back until `retryAtMs`, without counting it as an attempt. */
  setAside(contentType: string, retryAtMs: number): void;
  /**
   * Stores how the blob ended for the branch. Call only after the acknowledgement.
   *
   * @param acknowledged Records to remember with it, as for remember().
   */
  settle(
    key: number,
    branch: string,
    settlement: Settlement,
    bytes: number,
    atMs: number,
    acknowledged?: Acknowledged,
  ): void;
  /** Stores that the branch has acknowledged these records. Call only after the acknowledgement. */
  remember(branch: string, acknowledged: Acknowledged, atMs: number): void;
  /**
   * Which records the branch has acknowledged in the last 7 days.
   *
   * @param keys 16 bytes for each record, packed.
   * @returns A byte for each record: 1 when it is remembered, else 0.
   */
  seen(branch: string, keys: Buffer): Uint8Array;
  seenSpan(branch: string): SeenSpan;
  /** When the last comparison of all final windows with the service began, or the waiting for the first; undefined when neither did. */
  reconciledMs(contentType: string): number | undefined;
  setReconciled(contentType: string, atMs: number): void;
  counts(): readonly LedgerCounts[];
  /** Stores the YAML id that the integration has now, for those who read the ledger without a configuration. */
  setComponent(id: string): void;
  /** What judging the integration takes. Counts say only whether there are any; only `owed` costs what is owed. */
  healthFacts(): IntegrationFacts;
  /** Longest time between one blob of a content type and the next in the days that the ledger knows; undefined with less than two blobs. */
  longestPauseMs(contentType: string): number | undefined;
  /** What was announced last under a key; undefined when nothing was. */
  announced(key: string): string | undefined;
  /** Stores a new value under a key together with the events that tell of it, which every active branch owes from then on. */
  announce(key: string, value: string, events: readonly CollectorEvent[], atMs: number): void;
  /** Blobs that ended as expired or gone and that no event has told of, by creation. At most `limit`. */
  untoldLosses(limit: number): readonly Loss[];
  /** Stores events together with the note that they tell of these losses. */
  announceLosses(losses: readonly Loss[], events: readonly CollectorEvent[], atMs: number): void;
  /** The oldest events that a branch has not acknowledged. */
  owedEvents(branch: string, limit: number): readonly OwedEvent[];
  /** Stores that the branch has acknowledged these events. */
  settleEvents(branch: string, keys: readonly number[]): void;
  /** Forgets settled blobs past both their expiry and 8 days of age, records acknowledged more than 7 days ago, and coverage, events and announcements older than 90 days. */
  prune(nowMs: number): void;
}

/** State of the collector, behind one interface so that it can live on one disk or be shared. */
export interface Storage {
  /** Folder for spooled blobs; emptied at start. */
  readonly spoolDirectory: string;
  /** A collector has worked in this folder before, and its ledger was not there any more: a new one was begun. */
  readonly ledgerWasLost: boolean;
  ledger(owner: LedgerOwner): Ledger;
  /** Replaces what is known of components that are not well. */
  saveConditions(conditions: readonly Condition[]): void;
  /** Adds to the counts of dead letters. */
  countDeadLetters(letters: readonly DeadLettered[], atMs: number): void;
  /** Leaves a sign of life, for `status` after a kill. */
  beat(nowMs: number): void;
  /**
   * Idempotent.
   *
   * @param kind `stopped` (default): the collector was asked to end. `failed`: it could not start.
   * @param atMs Milliseconds since the epoch. Default: now.
   */
  close(kind?: "stopped" | "failed", atMs?: number): void;
}
