import { ignoreAbort } from "../../collector/clock.ts";
import type { ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import { reportFailure } from "./failure-report.ts";
import { listDueWindows, type ListDueOptions } from "./list-due-windows.ts";
import { judgeListingFailure } from "./listing-failure.ts";

/** Pause after an error that somebody has to mend: the mending is noticed within it, and nobody is stormed meanwhile. */
const MENDING_CHECK_MS = 60_000;

export interface PollerOptions extends ListDueOptions {
  readonly backoff: BackoffConfig;
  readonly random: () => number;
  readonly reportStatus: ReportStatus;
  /**
   * Makes sure that the subscription is on; `refused` when a listing said that it is not, whatever the list of
   * subscriptions says. Resolves to undefined when it is on, else to how long to wait and why.
   */
  readonly subscribe: (contentType: string, refused: boolean, signal: AbortSignal) => Promise<Obstacle | undefined>;
}

/** Why a content type cannot be listed now. */
export interface Obstacle {
  readonly retryAfterMs: number;
  readonly status: "starting" | "recoverable_error" | "permanent_error";
  readonly message: string;
  /** What tells it from others, when the message varies. */
  readonly reason?: string;
  /** An `ErrorCode`, when an error is behind it. */
  readonly code?: string;
}

/**
 * Keeps the list of blobs of one content type complete: on every poll the recent windows again, then what was never
 * listed to its end, oldest first, until the next poll is due. Runs until `signal` aborts; never rejects.
 */
export async function pollContentType(options: PollerOptions, signal: AbortSignal): Promise<void> {
  const { contentType, clock, reportStatus } = options;
  let failures = 0;
  let subscribed = false;
  let refused = false;
  while (!signal.aborted) {
    let waitMs: number;
    try {
      const obstacle = subscribed ? undefined : await options.subscribe(contentType, refused, signal);
      if (obstacle === undefined) {
        subscribed = true;
        refused = false;
        const poll = await listDueWindows(options, signal);
        waitMs = poll.waitMs;
        reportStatus({ status: "ok" });
        if (poll.failure === undefined) {
          failures = 0;
          reportStatus({ aspect: contentType, status: "ok" });
        } else {
          failures += 1;
          waitMs = Math.min(waitMs, backoffMs(options.backoff, failures, options.random));
          reportFailure(reportStatus, contentType, judgeListingFailure(poll.failure).status, poll.failure);
        }
      } else {
        failures = 0;
        const { retryAfterMs, ...report } = obstacle;
        waitMs = retryAfterMs;
        reportStatus({ aspect: contentType, ...report });
      }
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const verdict = judgeListingFailure(error);
      if (verdict.subscription !== "as_it_was") {
        subscribed = false;
        refused = verdict.subscription === "refused";
      }
      const ownPace =
        verdict.status === "permanent_error" ? MENDING_CHECK_MS : backoffMs(options.backoff, failures, options.random);
      waitMs = Math.max(verdict.retryAfterMs ?? 0, ownPace);
      reportFailure(reportStatus, contentType, verdict.status, error);
    }
    await clock.sleep(waitMs, signal).catch(ignoreAbort);
  }
}
