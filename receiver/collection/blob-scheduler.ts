import { describeError } from "../../collector/errors.ts";
import type { PendingContent } from "../../collector/storage/storage.ts";
import type { Logger } from "../../collector/telemetry.ts";
import { backoffMs } from "./backoff.ts";
import { judgeFetchFailure } from "./fetch-failure.ts";
import type { FetchedContent } from "./fetched-content.ts";
import type { Lane } from "./lane.ts";
import { deliverToLane, type LaneDeliveryOptions } from "./lane-delivery.ts";
import { Notifier } from "./notifier.ts";

/** What a blob is taken to weigh before it was fetched once. */
const ASSUMED_BYTES = 256 * 1024;
/** Looks at the ledger at least this often, so that nothing depends on a notification alone. */
const IDLE_MS = 60_000;

export interface BlobSchedulerOptions extends LaneDeliveryOptions {
  readonly lanes: readonly Lane[];
  readonly fetch: (content: PendingContent, signal: AbortSignal) => Promise<FetchedContent>;
  /** Most blobs being downloaded at once. */
  readonly concurrency: number;
  readonly logger: Logger;
}

/**
 * Fetches the blobs that branches still owe, oldest first, and hands their records to every branch that has room. A blob
 * is fetched once for all branches that have room at that moment; a branch without room comes back for it later, by itself.
 */
export class BlobScheduler {
  readonly #options: BlobSchedulerOptions;
  readonly #notifier: Notifier;
  readonly #inFlight = new Set<number>();
  readonly #work = new Set<Promise<void>>();
  #fetching = 0;
  #pausedUntilMs = 0;
  #failures = 0;

  constructor(options: BlobSchedulerOptions) {
    this.#options = options;
    this.#notifier = new Notifier(options.clock);
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
    const { clock, reportStatus } = this.#options;
    const pausedMs = this.#pausedUntilMs - clock.now();
    if (pausedMs > 0) return Math.min(pausedMs, IDLE_MS);
    try {
      return this.#fill(intake, delivery);
    } catch (error) {
      reportStatus({ aspect: "ledger", status: "permanent_error", message: describeError(error) });
      return this.#pause(undefined);
    }
  }

  #fill(intake: AbortSignal, delivery: AbortSignal): number {
    const { ledger, lanes, clock, concurrency } = this.#options;
    for (;;) {
      const free = lanes.filter((lane) => lane.free);
      const slots = concurrency - this.#fetching;
      if (free.length === 0 || slots <= 0) return IDLE_MS;
      const names = free.map((lane) => lane.branch.name);
      const pending = ledger.pending(names, clock.now(), slots, this.#inFlight);
      if (pending.length === 0) {
        const dueMs = ledger.nextDueMs(names);
        return dueMs === undefined ? IDLE_MS : Math.min(Math.max(dueMs - clock.now(), 100), IDLE_MS);
      }
      for (const content of pending) {
        const targets = free.filter((lane) => lane.free && content.branches.includes(lane.branch.name));
        if (targets.length > 0) this.#begin(content, targets, intake, delivery);
      }
    }
  }

  #begin(content: PendingContent, lanes: readonly Lane[], intake: AbortSignal, delivery: AbortSignal): void {
    const estimate = content.bytes ?? ASSUMED_BYTES;
    for (const lane of lanes) lane.enter(estimate);
    this.#inFlight.add(content.key);
    this.#fetching += 1;
    const work = this.#process(content, lanes, estimate, intake, delivery).finally(() => {
      this.#inFlight.delete(content.key);
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
      for (const lane of lanes) lane.leave(estimate);
      if (!intake.aborted) this.#fetchFailed(content, error);
      return;
    } finally {
      this.#fetching -= 1;
      this.#notifier.notify();
    }
    this.#fetchSucceeded();
    for (const lane of lanes) lane.resize(estimate, fetched.memoryBytes);
    try {
      await Promise.all(
        lanes.map((lane) =>
          deliverToLane(this.#options, content, fetched, lane, delivery).finally(() => {
            lane.leave(fetched.memoryBytes);
            this.#notifier.notify();
          }),
        ),
      );
    } finally {
      await fetched.dispose();
    }
  }

  #fetchSucceeded(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#options.reportStatus({ aspect: "content", status: "ok" });
  }

  #fetchFailed(content: PendingContent, error: unknown): void {
    const { ledger, clock, backoff, random, logger, reportStatus } = this.#options;
    const verdict = judgeFetchFailure(error);
    const message = describeError(error);
    const { contentType, contentId } = content;
    try {
      if (verdict.action === "lost") {
        for (const branch of content.branches) {
          ledger.settle(content.key, branch, { state: verdict.state, records: 0, reason: message }, 0, clock.now());
        }
        logger.error("Blob lost: a gap in the audit trail", {
          contentType,
          contentId,
          state: verdict.state,
          error: message,
        });
        return;
      }
      if (verdict.action === "pause") {
        this.#pause(verdict.retryAfterMs);
      } else {
        const retryAtMs = clock.now() + backoffMs(backoff, content.attempts + 1, random);
        ledger.fetchFailed(content.key, message, retryAtMs);
        logger.debug("Blob set aside", { contentType, contentId, attempts: content.attempts + 1, error: message });
        this.#failures += 1;
      }
      reportStatus({ aspect: "content", status: verdict.status, message });
    } catch (storageError) {
      reportStatus({ aspect: "ledger", status: "permanent_error", message: describeError(storageError) });
      this.#pause(undefined);
    }
  }

  /** Starts nothing for a while: the trouble is not one blob's. Returns the length of the pause. */
  #pause(retryAfterMs: number | undefined): number {
    const { clock, backoff, random } = this.#options;
    const alreadyPaused = this.#pausedUntilMs > clock.now();
    // Downloads that were under way together fail together: one failure, not as many as there were downloads.
    if (!alreadyPaused) this.#failures += 1;
    const ms = Math.max(retryAfterMs ?? 0, backoffMs(backoff, this.#failures, random));
    if (!alreadyPaused || retryAfterMs !== undefined) this.#pausedUntilMs = clock.now() + ms;
    return Math.min(ms, IDLE_MS);
  }
}

/** The loop looks at the signal itself. */
function ignoreAbort(): void {}
