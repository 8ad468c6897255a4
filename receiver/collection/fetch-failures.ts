import type { Clock } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { Ledger, PendingContent } from "../../collector/storage/storage.ts";
import type { ComponentStatus, Logger, ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import { failureReport, reportFailure } from "./failure-report.ts";
import { judgeFetchFailure } from "./fetch-failure.ts";
import { blobFields } from "./log-fields.ts";
import type { Pause } from "./pause.ts";

/** So many blobs that fail one after the other, without one that comes through, are the service's trouble and not theirs. */
const MANY_IN_A_ROW = 10;
/** So often, over two minutes, must the service say that it does not know a blob which it has listed: right after the listing it may not know it yet. */
const GONE_TIMES = 8;
/** Longest pause after many in a row: short enough that hundreds of bad blobs, each tried every few minutes, leave room for the good ones. */
const MAX_PAUSE_MS = 10_000;
/** A blob that fails less often is nothing that anybody needs to know of: the service hiccups all day. */
const LASTING_TIMES = 3;
/** From then on, and then at twice as many times each, it is named again: about 4 minutes, 40, 2 hours, 5, 10, a day. */
const FIRST_REMINDER_TIMES = 8;
/** So long after its expiration a blob may still come: clocks differ, and the service has kept blobs longer than it said. */
const LAST_CALL_MS = 86_400_000;

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
  /** Keys of blobs that fail again and again, as far as this process has seen. */
  readonly #lasting = new Set<number>();
  /** Keys of blobs that have failed since one came through. */
  readonly #inARow = new Set<number>();
  /** Failures of these. */
  #failures = 0;
  #reported = false;
  /** When a blob came through last. */
  #throughMs = Number.NEGATIVE_INFINITY;

  constructor(options: FetchFailuresOptions, pause: Pause) {
    this.#options = options;
    this.#pause = pause;
  }

  /** A blob came through. */
  fetched({ key, contentType }: PendingContent): void {
    const { reportStatus, clock } = this.#options;
    if (this.#refusedTypes.delete(contentType)) reportStatus({ aspect: contentAspect(contentType), status: "ok" });
    this.#throughMs = clock.now();
    this.#lasting.delete(key);
    this.#answered();
  }

  /**
   * A blob did not come through.
   *
   * @param branches Whom it was fetched for.
   * @throws {CollectorError} `OTEL_O365_STORAGE` when the ledger cannot be written; nothing is lost by that.
   */
  failed(content: PendingContent, branches: readonly string[], error: unknown): void {
    const verdict = judgeFetchFailure(error);
    switch (verdict.action) {
      case "lost":
        if (verdict.state === "expired" || content.attempts + 1 >= GONE_TIMES) {
          this.#lost(content, branches, verdict.state, describeError(error));
        } else this.#setAside(content, branches, "recoverable_error", error);
        break;
      case "pause":
        this.#pause.begin(verdict.retryAfterMs);
        if (reportFailure(this.#options.reportStatus, "content", verdict.status, error)) this.#reported = true;
        break;
      case "set_type_aside":
        this.#setTypeAside(content);
        reportFailure(this.#options.reportStatus, contentAspect(content.contentType), verdict.status, error);
        break;
      case "set_aside":
        this.#setAside(content, branches, verdict.status, error, verdict.retryAfterMs);
        break;
    }
  }

  #lost(content: PendingContent, branches: readonly string[], state: "expired" | "gone", reason: string): void {
    const { ledger, clock, logger } = this.#options;
    for (const branch of branches) {
      ledger.settle(content.key, branch, { state, records: 0, reason }, 0, clock.now());
    }
    logger.error("Blob lost: a gap in the audit trail. Its records can be searched for in the audit log of Purview", {
      ...blobFields(content),
      state,
      error: reason,
    });
    this.#lasting.delete(content.key);
    // That the service says so means that it works.
    this.#answered();
  }

  #setTypeAside({ contentType }: PendingContent): void {
    const { ledger, clock, backoff, random } = this.#options;
    const failures = (this.#refusedTypes.get(contentType) ?? 0) + 1;
    this.#refusedTypes.set(contentType, failures);
    ledger.setAside(contentType, clock.now() + backoffMs(backoff, failures, random));
  }

  #setAside(
    content: PendingContent,
    branches: readonly string[],
    status: ComponentStatus,
    error: unknown,
    retryAfterMs: number = 0,
  ): void {
    const { ledger, clock, backoff, random, logger, reportStatus } = this.#options;
    const { key, expiresMs } = content;
    const nowMs = clock.now();
    const message = describeError(error);
    const attempts = content.attempts + 1;
    if (nowMs >= expiresMs + LAST_CALL_MS && nowMs < this.#throughMs + LAST_CALL_MS) {
      const reason = `${message}; it is given up, because it expired on ${new Date(expiresMs).toISOString()} and others came through`;
      this.#lost(content, branches, "expired", reason);
      return;
    }
    const waitMs = Math.max(backoffMs(backoff, attempts, random), retryAfterMs);
    ledger.fetchFailed(key, message, nowMs + waitMs);
    const fields = { ...blobFields(content), attempts, error: message };
    const named = attempts >= FIRST_REMINDER_TIMES && Number.isInteger(Math.log2(attempts));
    logger[named ? "warn" : "debug"](
      "Blob set aside, the others go on: it is tried again until it comes or expires",
      fields,
    );
    this.#inARow.add(key);
    this.#failures += 1;
    const many = this.#inARow.size >= MANY_IN_A_ROW;
    // One that is told to stay away may be a bad one; two in a row are a service that wants to be left alone.
    if (retryAfterMs > 0 && this.#inARow.size > 1) this.#pause.begin(retryAfterMs);
    else if (many && this.#failures % MANY_IN_A_ROW === 0) this.#pause.begin(undefined, MAX_PAUSE_MS);
    if (attempts >= LASTING_TIMES) this.#lasting.add(key);
    if (attempts < LASTING_TIMES && !many) return;
    this.#reported = true;
    const report = failureReport("content", status, error);
    // Single blobs that fail, each for a reason of its own, are one trouble and one line.
    reportStatus(many ? report : { ...report, reason: "set_aside" });
  }

  #answered(): void {
    const { reportStatus } = this.#options;
    this.#inARow.clear();
    this.#failures = 0;
    if (this.#pause.failing) {
      this.#pause.succeeded();
      reportStatus({ status: "ok" });
    }
    if (!this.#reported || this.#lasting.size > 0) return;
    this.#reported = false;
    reportStatus({ aspect: "content", status: "ok" });
  }
}

/** Apart from the aspect of the type itself, which is about listing it. */
function contentAspect(contentType: string): string {
  return `content of ${contentType}`;
}
