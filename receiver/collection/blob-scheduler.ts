import { ignoreAbort } from "../../collector/clock.ts";
import { codeOf, describeError } from "../../collector/errors.ts";
import type { PendingContent } from "../../collector/storage/storage.ts";
import { Turns, type Priority } from "../request-lines.ts";
import { liveSince } from "../windows.ts";
import { FetchFailures } from "./fetch-failures.ts";
import type { FetchedContent } from "./fetched-content.ts";
import { Holdings } from "./holdings.ts";
import type { Lane } from "./lane.ts";
import { deliverToLane, type LaneDeliveryOptions } from "./lane-delivery.ts";
import { nextBlobs, type NextBlob } from "./next-blobs.ts";
import { Notifier } from "./notifier.ts";
import { Pause } from "./pause.ts";

/** What a blob is taken to weigh before it was fetched once. */
const ASSUMED_BYTES = 256 * 1024;
/** Looks at the ledger at least this often, so that nothing depends on a notification alone. */
const IDLE_MS = 60_000;

export interface BlobSchedulerOptions extends LaneDeliveryOptions {
  readonly lanes: readonly Lane[];
  readonly fetch: (content: PendingContent, signal: AbortSignal) => Promise<FetchedContent>;
  /** Most blobs being downloaded at once. */
  readonly concurrency: number;
  /** What was created in windows that reach into this time is live content. */
  readonly relistMs: number;
}

/** A blob under way. */
interface Job {
  readonly content: PendingContent;
  readonly priority: Priority;
  readonly lanes: readonly Lane[];
  /** Bytes that it entered its lanes with. */
  readonly estimate: number;
}

interface Signals {
  readonly intake: AbortSignal;
  readonly delivery: AbortSignal;
}

/**
 * Fetches the blobs that branches still owe, and hands their records to every branch that has room. A blob is fetched once
 * for all branches that have room at that moment; a branch without room comes back for it later, by itself. Live content and
 * backfill have their shares of the downloads and of each lane, and take turns; each goes oldest first.
 */
export class BlobScheduler {
  readonly #options: BlobSchedulerOptions;
  readonly #notifier: Notifier;
  readonly #pause: Pause;
  readonly #failures: FetchFailures;
  readonly #turns = new Turns();
  readonly #downloads: Holdings;
  readonly #fetching = new Map<number, number>();
  readonly #work = new Set<Promise<void>>();
  #ledgerFailed = false;

  constructor(options: BlobSchedulerOptions) {
    this.#options = options;
    this.#notifier = new Notifier(options.clock);
    this.#pause = new Pause(options);
    this.#failures = new FetchFailures(options, this.#pause);
    this.#downloads = new Holdings(options.concurrency);
  }

  /** Tells the scheduler that the ledger may hold new blobs, or a lane more. */
  notify(): void {
    this.#notifier.notify();
  }

  /**
   * Works until `intake` aborts, then lets what is in flight settle. Gives up on that when `delivery` aborts: what was
   * not acknowledged stays owed in the ledger.
   */
  async run(intake: AbortSignal, delivery: AbortSignal): Promise<void> {
    const signals = { intake, delivery };
    while (!intake.aborted) {
      const waitMs = this.#tryFill(signals);
      for (const lane of this.#options.lanes) lane.wantRoom();
      await this.#notifier.wait(waitMs, intake).catch(ignoreAbort);
    }
    await Promise.all(this.#work);
  }

  /** Starts as many blobs as there is room for. Returns how long nothing can change unless somebody notifies. */
  #tryFill(signals: Signals): number {
    const pausedMs = this.#pause.remainingMs;
    if (pausedMs > 0) return Math.min(pausedMs, IDLE_MS);
    try {
      const waitMs = this.#fill(signals);
      if (this.#ledgerFailed) this.#options.reportStatus({ aspect: "ledger", status: "ok" });
      this.#ledgerFailed = false;
      return waitMs;
    } catch (error) {
      return this.#ledgerTrouble(error);
    }
  }

  /** Returns the length of the pause that follows. */
  #ledgerTrouble(error: unknown): number {
    this.#ledgerFailed = true;
    this.#options.reportStatus({
      aspect: "ledger",
      status: "permanent_error",
      message: describeError(error),
      ...codeOf(error),
    });
    this.#pause.begin(undefined);
    return Math.min(this.#pause.remainingMs, IDLE_MS);
  }

  #fill(signals: Signals): number {
    const { ledger, clock, relistMs } = this.#options;
    for (;;) {
      const lanes = this.#options.lanes.filter((lane) => lane.hasRoom("live") || lane.hasRoom("backfill"));
      const limit = this.#downloads.left;
      if (lanes.length === 0 || limit <= 0) return IDLE_MS;
      const nowMs = clock.now();
      const liveSinceMs = liveSince(nowMs, relistMs);
      const owed = nextBlobs(ledger, lanes, { nowMs, liveSinceMs, limit, fetching: this.#fetching });
      if (this.#beginInTurn(owed, signals)) continue;
      const dueMs = ledger.nextDueMs(lanes.map((lane) => lane.branch.name));
      return dueMs === undefined ? IDLE_MS : Math.min(Math.max(dueMs - clock.now(), 100), IDLE_MS);
    }
  }

  /** Begins the blobs that there is room for. Returns whether there was any. */
  #beginInTurn(owed: Readonly<Record<Priority, NextBlob[]>>, signals: Signals): boolean {
    for (let begun = false; ; begun = true) {
      // The blobs before it may have filled a lane.
      const live = withRoom(owed.live, "live");
      const backfill = withRoom(owed.backfill, "backfill");
      const priority = this.#turns.next(
        live !== undefined && this.#downloads.hasRoom("live", backfill !== undefined),
        backfill !== undefined && this.#downloads.hasRoom("backfill", true),
      );
      const blob = priority === "live" ? live : backfill;
      if (priority === undefined || blob === undefined) return begun;
      owed[priority].shift();
      const lanes = blob.lanes.filter((lane) => lane.hasRoom(priority));
      this.#begin({ content: blob.content, priority, lanes, estimate: blob.content.bytes ?? ASSUMED_BYTES }, signals);
    }
  }

  #begin(job: Job, signals: Signals): void {
    const { content, priority, lanes, estimate } = job;
    for (const lane of lanes) {
      lane.enter(priority, estimate);
      lane.blobs.set(content.key, content.createdMs);
    }
    this.#downloads.add(priority, 1);
    this.#fetching.set(content.key, content.createdMs);
    const work = this.#process(job, signals).finally(() => {
      this.#work.delete(work);
      this.#notifier.notify();
    });
    this.#work.add(work);
  }

  async #process(job: Job, { intake, delivery }: Signals): Promise<void> {
    const { content, priority, lanes, estimate } = job;
    let fetched: FetchedContent;
    try {
      fetched = await this.#options.fetch(content, intake);
    } catch (error) {
      this.#fetchFailed(content, lanes, error, intake);
      for (const lane of lanes) leave(lane, job, estimate);
      return;
    } finally {
      this.#downloads.add(priority, -1);
      this.#fetching.delete(content.key);
      this.#notifier.notify();
    }
    this.#failures.fetched(content);
    for (const lane of lanes) lane.resize(priority, estimate, fetched.memoryBytes);
    try {
      await Promise.all(
        lanes.map((lane) =>
          deliverToLane(this.#options, content, fetched, lane, delivery)
            .catch((error: unknown) => this.#fetchFailed(content, [lane], error, intake))
            .finally(() => {
              leave(lane, job, fetched.memoryBytes);
              this.#notifier.notify();
            }),
        ),
      );
    } finally {
      await fetched.dispose();
    }
  }

  #fetchFailed(content: PendingContent, lanes: readonly Lane[], error: unknown, intake: AbortSignal): void {
    if (intake.aborted) return;
    try {
      const branches = lanes.map((lane) => lane.branch.name);
      this.#failures.failed(content, branches, error);
    } catch (storageError) {
      this.#ledgerTrouble(storageError);
    }
  }
}

/** The first that one of its lanes has room for; those before it are taken out. */
function withRoom(blobs: NextBlob[], priority: Priority): NextBlob | undefined {
  while (blobs[0]?.lanes.some((lane) => lane.hasRoom(priority)) === false) blobs.shift();
  return blobs[0];
}

function leave(lane: Lane, { priority, content }: Job, bytes: number): void {
  lane.leave(priority, bytes);
  lane.blobs.delete(content.key);
}
