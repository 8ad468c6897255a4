import type { Clock } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { Ledger, PendingContent } from "../../collector/storage/storage.ts";
import type { Logger, ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import { failureReport } from "./failure-report.ts";
import { judgeFetchFailure } from "./fetch-failure.ts";
import type { Pause } from "./pause.ts";

/** So many blobs that fail one after the other, without one that comes through, are the service's trouble and not theirs. */
const MANY_IN_A_ROW = 10;
/** So often, over two minutes, must the service say that it does not know a blob which it has listed: right after the listing it may not know it yet. */
const GONE_TIMES = 8;
/** Longest pause after many in a row: short enough that hundreds of bad blobs, each tried every few minutes, leave room for the good ones. */
const MAX_PAUSE_MS = 10_000;

export interface FetchFailuresOptions {
  readonly ledger: Pick<Ledger, "settle" | "fetchFailed" | "setAside">;
  readonly backoff: BackoffConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly reportStatus: ReportStatus;
}

/** What follows from downloads that fail: who waits for how long, what is lost, and what is said about it. */
export class FetchFailures {
  readonly #options: FetchFailuresOptions;
  readonly #pause: Pause;
  /** Failures in a row of content types whose blobs the service refuses as a whole. */
  readonly #refusedTypes = new Map<string, number>();
  #inARow = 0;

  constructor(options: FetchFailuresOptions, pause: Pause) {
    this.#options = options;
    this.#pause = pause;
  }

  /** A blob came through. */
  fetched({ contentType }: PendingContent): void {
    const { reportStatus } = this.#options;
    if (this.#refusedTypes.delete(contentType)) reportStatus({ aspect: contentAspect(contentType), status: "ok" });
    this.#answered();
  }

  /**
   * A blob did not come through.
   *
   * @param branches Whom it was fetched for.
   * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be written; nothing is lost by that.
   */
  failed(content: PendingContent, branches: readonly string[], error: unknown): void {
    const { reportStatus } = this.#options;
    const verdict = judgeFetchFailure(error);
    switch (verdict.action) {
      case "lost":
        if (verdict.state === "gone" && content.attempts + 1 < GONE_TIMES) {
          this.#setAside(content, error);
          break;
        }
        this.#lost(content, branches, verdict.state, error);
        return;
      case "pause":
        this.#pause.begin(verdict.retryAfterMs);
        break;
      case "set_type_aside":
        this.#setTypeAside(content);
        reportStatus(failureReport(contentAspect(content.contentType), verdict.status, error));
        return;
      case "set_aside":
        this.#setAside(content, error);
        break;
    }
    const status = verdict.action === "lost" ? "recoverable_error" : verdict.status;
    reportStatus(failureReport("content", status, error));
  }

  #lost(
    { key, contentType, contentId }: PendingContent,
    branches: readonly string[],
    state: "expired" | "gone",
    error: unknown,
  ): void {
    const { ledger, clock, logger } = this.#options;
    const reason = describeError(error);
    for (const branch of branches) ledger.settle(key, branch, { state, records: 0, reason }, 0, clock.now());
    logger.error("Blob lost: a gap in the audit trail", { contentType, contentId, state, error: reason });
    // That the service says so means that it works.
    this.#answered();
  }

  #setTypeAside({ contentType }: PendingContent): void {
    const { ledger, clock, backoff, random } = this.#options;
    const failures = (this.#refusedTypes.get(contentType) ?? 0) + 1;
    this.#refusedTypes.set(contentType, failures);
    ledger.setAside(contentType, clock.now() + backoffMs(backoff, failures, random));
  }

  #setAside({ key, contentType, contentId, attempts }: PendingContent, error: unknown): void {
    const { ledger, clock, backoff, random, logger } = this.#options;
    const message = describeError(error);
    ledger.fetchFailed(key, message, clock.now() + backoffMs(backoff, attempts + 1, random));
    logger.debug("Blob set aside", { contentType, contentId, attempts: attempts + 1, error: message });
    this.#inARow += 1;
    if (this.#inARow % MANY_IN_A_ROW === 0) this.#pause.begin(undefined, MAX_PAUSE_MS);
  }

  #answered(): void {
    const { reportStatus } = this.#options;
    if (this.#inARow === 0 && !this.#pause.failing) return;
    this.#inARow = 0;
    this.#pause.succeeded();
    reportStatus({ status: "ok" });
    reportStatus({ aspect: "content", status: "ok" });
  }
}

/** Apart from the aspect of the type itself, which is about listing it. */
function contentAspect(contentType: string): string {
  return `content of ${contentType}`;
}
