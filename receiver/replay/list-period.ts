import type { Clock } from "../../collector/clock.ts";
import { CollectorError, describeError, ErrorCode } from "../../collector/errors.ts";
import type { Ledger, Period } from "../../collector/storage/storage.ts";
import type { ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "../collection/backoff.ts";
import { uncovered } from "../collection/due-windows.ts";
import { failureReport } from "../collection/failure-report.ts";
import { judgeListingFailure } from "../collection/listing-failure.ts";
import { clampToReach, windows } from "../windows.ts";
import { ApiError } from "../wire-errors.ts";

export interface ListPeriodOptions {
  readonly contentType: string;
  readonly period: Period;
  readonly ledger: Pick<Ledger, "coverage">;
  readonly clock: Clock;
  readonly backoff: BackoffConfig;
  readonly random: () => number;
  readonly reportStatus: ReportStatus;
  /** Lists one window to its last page into the ledger. */
  readonly list: (window: Period, signal: AbortSignal) => Promise<unknown>;
  /** Called after each window that is dealt with. */
  readonly onWindow: () => void;
}

/**
 * Lists the windows of a period that the ledger does not know to be listed, oldest first: the service forgets those first. What
 * fails is tried again after the others, for as long as waiting may mend it. What left the service's reach is left out.
 *
 * @returns Why the rest could not be listed, when that is for somebody to mend; undefined when everything within reach is.
 * @throws {CollectorError} `OTEL_O365_CREDENTIALS` or `OTEL_O365_CONFIG`: nothing else can be listed either.
 * @throws {Error} The reason of `signal` when that aborts.
 */
export async function listPeriod(options: ListPeriodOptions, signal: AbortSignal): Promise<string | undefined> {
  const { contentType, reportStatus } = options;
  let problem: string | undefined;
  let due = unlisted(options);
  let isFailing = false;
  for (let rounds = 1; due.length > 0; rounds += 1) {
    let waitMs = 0;
    const failed: Period[] = [];
    for (const window of due) {
      try {
        await options.list(window, signal);
        if (isFailing) reportStatus({ aspect: contentType, status: "ok" });
        isFailing = false;
        options.onWindow();
        continue;
      } catch (error) {
        signal.throwIfAborted();
        if (isHopeless(error)) throw error;
        const verdict = judgeListingFailure(error);
        if (verdict.subscription === "refused") {
          const message = unsubscribed(contentType, error);
          reportStatus({ aspect: contentType, status: "permanent_error", message });
          return message;
        }
        reportStatus(failureReport(contentType, verdict.status, error));
        isFailing = true;
        if (verdict.status === "permanent_error" && verdict.concerns === "all") return describeError(error);
        if (verdict.status === "permanent_error") problem ??= describeError(error);
        else failed.push(window);
        waitMs = Math.max(waitMs, verdict.retryAfterMs ?? 0);
        if (verdict.concerns === "all") await pause(options, rounds, waitMs, signal);
      }
    }
    due = failed.filter((window) => clampToReach(window, options.clock.now()) !== undefined);
    if (due.length > 0) await pause(options, rounds, waitMs, signal);
  }
  return problem;
}

/** The parts of a period that the ledger does not know to be listed. */
export function unlistedParts({ ledger, contentType, period }: UnlistedOptions): readonly Period[] {
  return uncovered(period, ledger.coverage(contentType, period));
}

type UnlistedOptions = Pick<ListPeriodOptions, "ledger" | "contentType" | "period">;

/** Windows that hold such a part and can still be listed, whole but for the one that straddles the reach. */
function unlisted({ clock, ...options }: UnlistedOptions & Pick<ListPeriodOptions, "clock">): readonly Period[] {
  const parts = unlistedParts(options);
  return windows(options.period).filter((window) => {
    const reachable = clampToReach(window, clock.now());
    return reachable !== undefined && parts.some((part) => part.fromMs < window.toMs && reachable.fromMs < part.toMs);
  });
}

async function pause(
  { backoff, random, clock }: ListPeriodOptions,
  rounds: number,
  leastMs: number,
  signal: AbortSignal,
): Promise<void> {
  await clock.sleep(Math.max(leastMs, backoffMs(backoff, rounds, random)), signal);
}

/** Files and credentials: no other window fares better. An answer of the API is about one content type. */
function isHopeless(error: unknown): boolean {
  if (!(error instanceof CollectorError) || error instanceof ApiError) return false;
  return error.code === ErrorCode.credentials || error.code === ErrorCode.config;
}

function unsubscribed(contentType: string, error: unknown): string {
  const code = error instanceof ApiError ? (error.apiCode ?? error.kind) : "that there is none";
  return `Cannot list content "${contentType}": the API answered ${code} (there is no subscription, or it is disabled); replay starts none: let the collector run with this content type, which does, and run this again. Content from before that can only come from an audit search export, with --file`;
}
