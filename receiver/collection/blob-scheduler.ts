import { ignoreAbort } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { PendingContent } from "../../collector/storage/storage.ts";
import { FetchFailures } from "./fetch-failures.ts";
import type { FetchedContent } from "./fetched-content.ts";
import type { Lane } from "./lane.ts";
import { deliverToLane, type LaneDeliveryOptions } from "./lane-delivery.ts";
import { nextBlobs } from "./next-blobs.ts";
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
}

/**
 * Fetches the blobs that branches still owe, oldest first, and hands their records to every branch that has room. A blob
 * is fetched once for all branches that have room at that moment; a branch without room comes back for it later, by itself.
 */
export class BlobScheduler {
  readonly #options: BlobSchedulerOptions;
  readonly #notifier: Notifier;
  readonly #pause: Pause;
  readonly #failures: FetchFailures;
  readonly #fetching = new Set<number>();
  readonly #work = new Set<Promise<void>>();
  #ledgerFailed = false;

  constructor(options: BlobSchedulerOptions) {
    this.#options = options;
    this.#notifier = new Notifier(options.clock);
    this.#pause = new Pause(options);
    this.#failures = new FetchFailures(options, this.#pause);
  }

  /** Tells the scheduler that the ledger may hold new blobs. */
  notify(): void {
    this.#notifier.notify();
  }

  /**
   * Works until `intake` aborts, then lets what is in flight settle. Gives up on that when `delivery` aborts: what was
   * not acknowledged stays owed in the ledger.
   */
  async run(intake: AbortSignal, delivery: AbortSignal): Promise<void> {
    while (!intake.aborted) {
      const waitMs = this.#tryFill(intake, delivery);
      await this.#notifier.wait(waitMs, intake).catch(ignoreAbort);
    }
    await Promise.all(this.#work);
  }

  /** Starts as many blobs as there is room for. Returns how long nothing can change unless somebody notifies. */
  #tryFill(intake: AbortSignal, delivery: AbortSignal): number {
    const pausedMs = this.#pause.remainingMs;
    if (pausedMs > 0) return Math.min(pausedMs, IDLE_MS);
    try {
      const waitMs = this.#fill(intake, delivery);
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
    this.#options.reportStatus({ aspect: "ledger", status: "permanent_error", message: describeError(error) });
    this.#pause.begin(undefined);
    return Math.min(this.#pause.remainingMs, IDLE_MS);
  }

  #fill(intake: AbortSignal, delivery: AbortSignal): number {
    const { ledger, lanes, clock, concurrency } = this.#options;
    for (;;) {
      const free = lanes.filter((lane) => lane.free);
      const slots = concurrency - this.#fetching.size;
      if (free.length === 0 || slots <= 0) return IDLE_MS;
      const blobs = nextBlobs(ledger, free, this.#fetching, clock.now(), slots);
      if (blobs.length === 0) {
        const dueMs = ledger.nextDueMs(free.map((lane) => lane.branch.name));
        return dueMs === undefined ? IDLE_MS : Math.min(Math.max(dueMs - clock.now(), 100), IDLE_MS);
      }
      for (const blob of blobs) {
        // The blobs before it may have filled a lane.
        const targets = blob.lanes.filter((lane) => lane.free);
        if (targets.length > 0) this.#begin(blob.content, targets, intake, delivery);
      }
    }
  }

  #begin(content: PendingContent, lanes: readonly Lane[], intake: AbortSignal, delivery: AbortSignal): void {
    const estimate = content.bytes ?? ASSUMED_BYTES;
    for (const lane of lanes) {
      lane.enter(estimate);
      lane.keys.add(content.key);
    }
    this.#fetching.add(content.key);
    const work = this.#process(content, lanes, estimate, intake, delivery).finally(() => {
      this.#work.delete(work);
      this.#notifier.notify();
    });
    this.#work.add(work);
  }

  async #process(
    content: PendingContent,
    lanes: readonly Lane[],
    estimate: number,
    intake: AbortSignal,
    delivery: AbortSignal,
  ): Promise<void> {
    let fetched: FetchedContent;
    try {
      fetched = await this.#options.fetch(content, intake);
    } catch (error) {
      this.#fetchFailed(content, lanes, error, intake);
      for (const lane of lanes) leave(lane, content, estimate);
      return;
    } finally {
      this.#fetching.delete(content.key);
      this.#notifier.notify();
    }
    this.#failures.fetched(content);
    for (const lane of lanes) lane.resize(estimate, fetched.memoryBytes);
    try {
      await Promise.all(
        lanes.map((lane) =>
          deliverToLane(this.#options, content, fetched, lane, delivery)
            .catch((error: unknown) => this.#fetchFailed(content, [lane], error, intake))
            .finally(() => {
              leave(lane, content, fetched.memoryBytes);
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

function leave(lane: Lane, content: PendingContent, bytes: number): void {
  lane.leave(bytes);
  lane.keys.delete(content.key);
}
