import type { Clock } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { Ledger, Period } from "../../collector/storage/storage.ts";
import type { ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import { judgeListingFailure } from "./listing-failure.ts";
import { dueWindows } from "./due-windows.ts";

/** Pause after an error that somebody has to mend: the mending is noticed within it, and nobody is stormed meanwhile. */
const MENDING_CHECK_MS = 60_000;

export interface PollerOptions {
  readonly contentType: string;
  readonly ledger: Ledger;
  readonly pollIntervalMs: number;
  readonly initialLookbackMs: number;
  readonly relistMs: number;
  readonly backoff: BackoffConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reportStatus: ReportStatus;
  /**
   * Makes sure that the subscription is on; `refused` when a listing said that it is not, whatever the list of
   * subscriptions says. Resolves to undefined when it is on, else to how long to wait and why.
   */
  readonly subscribe: (contentType: string, refused: boolean, signal: AbortSignal) => Promise<Obstacle | undefined>;
  /** Lists one window to its last page into the ledger. Resolves to the number of new blobs. */
  readonly list: (contentType: string, window: Period, signal: AbortSignal) => Promise<number>;
  /** Called whenever the ledger got new blobs. */
  readonly onListed: () => void;
  /** Called with periods that were never listed and that the service no longer lists. */
  readonly onGap: (contentType: string, gaps: readonly Period[]) => void;
}

/** Why a content type cannot be listed now. */
export interface Obstacle {
  readonly retryAfterMs: number;
  readonly status: "starting" | "recoverable_error" | "permanent_error";
  readonly message: string;
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
        waitMs = await listDueWindows(options, signal);
        reportStatus({ aspect: contentType, status: "ok" });
      } else {
        waitMs = obstacle.retryAfterMs;
        reportStatus({ aspect: contentType, status: obstacle.status, message: obstacle.message });
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const verdict = judgeListingFailure(error);
      if (verdict.subscription !== "as_it_was") subscribed = false;
      refused = verdict.subscription === "refused";
      const ownPace =
        verdict.status === "permanent_error" ? MENDING_CHECK_MS : backoffMs(options.backoff, failures, options.random);
      waitMs = Math.max(verdict.retryAfterMs ?? 0, ownPace);
      reportStatus({ aspect: contentType, status: verdict.status, message: describeError(error) });
    }
    await clock.sleep(waitMs, signal).catch(ignoreAbort);
  }
}

/** Lists what is due now. Returns the time until the next poll. */
async function listDueWindows(options: PollerOptions, signal: AbortSignal): Promise<number> {
  const { contentType, ledger, clock } = options;
  const startedMs = clock.now();
  const originMs = ledger.origin(contentType, startedMs - options.initialLookbackMs);
  const due = dueWindows({
    nowMs: startedMs,
    originMs,
    relistMs: options.relistMs,
    covered: (within) => ledger.coverage(contentType, within),
  });
  if (due.unreachable.length > 0) options.onGap(contentType, due.unreachable);
  for (const window of due.recent) await listOne(options, window, signal);
  for (const window of due.backlog) {
    if (clock.now() - startedMs >= options.pollIntervalMs) return 0;
    await listOne(options, window, signal);
  }
  return Math.max(0, startedMs + options.pollIntervalMs - clock.now());
}

async function listOne(options: PollerOptions, window: Period, signal: AbortSignal): Promise<void> {
  const added = await options.list(options.contentType, window, signal);
  if (added > 0) options.onListed();
}

/** The loop looks at the signal itself. */
function ignoreAbort(): void {}
