import { ignoreAbort, type Clock } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { Ledger, Period } from "../../collector/storage/storage.ts";
import type { Logger } from "../../collector/telemetry.ts";
import { clampToReach } from "../windows.ts";
import { finalWindows } from "./due-windows.ts";
import { judgeListingFailure } from "./listing-failure.ts";

/** Time between two windows: 60 requests of the 2,000 a minute that a tenant has, so that live listing does not notice. */
const PACE_MS = 1000;
/** A comparison that could not be finished begins anew after this time, or after `intervalMs` when that is shorter. */
const RETRY_MS = 30 * 60_000;
/** So many windows may fail in one comparison before it is given up. */
const MAX_FAILED_WINDOWS = 3;

export interface ReconcileOptions {
  readonly contentTypes: readonly string[];
  readonly ledger: Pick<Ledger, "coverage" | "reconciledMs" | "setReconciled">;
  /** Time between two comparisons; 0: there are none. */
  readonly intervalMs: number;
  readonly relistMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lists one window to its last page into the ledger. Resolves to the number of new blobs. */
  readonly list: (contentType: string, window: Period, signal: AbortSignal) => Promise<number>;
  /** Called with the number of blobs that a window has brought although it was final. */
  readonly onAppeared: (contentType: string, blobs: number) => void;
}

/**
 * Lists every window again that counts as listed for good and is still within the service's reach, one after the other, and
 * says which blobs the ledger did not know: nothing says how late the service may be. Runs until `signal` aborts; never rejects.
 */
export async function reconcile(options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { contentTypes, intervalMs, clock, logger } = options;
  if (intervalMs === 0) return;
  const retryAtMs = new Map<string, number>();
  while (!signal.aborted) {
    let nextMs = clock.now() + intervalMs;
    for (const contentType of contentTypes) {
      try {
        const dueMs = Math.max(dueAtMs(options, contentType), retryAtMs.get(contentType) ?? 0);
        if (dueMs <= clock.now()) await compare(options, contentType, signal);
        nextMs = Math.min(nextMs, dueAtMs(options, contentType));
      } catch (error) {
        if (signal.aborted) return;
        const { retryAfterMs = 0 } = judgeListingFailure(error);
        const againMs = clock.now() + Math.max(retryAfterMs, Math.min(RETRY_MS, intervalMs));
        retryAtMs.set(contentType, againMs);
        nextMs = Math.min(nextMs, againMs);
        logger.info("Comparison with what the service lists is put off", {
          content_type: contentType,
          error: describeError(error),
        });
      }
    }
    await clock.sleep(Math.max(nextMs - clock.now(), PACE_MS), signal).catch(ignoreAbort);
  }
}

/** The first comparison comes an interval after the first start, however often the collector starts meanwhile. */
function dueAtMs({ ledger, clock, intervalMs }: ReconcileOptions, contentType: string): number {
  const nowMs = clock.now();
  const lastMs = ledger.reconciledMs(contentType);
  if (lastMs !== undefined && lastMs <= nowMs) return lastMs + intervalMs;
  // Never, or by a clock that was ahead.
  ledger.setReconciled(contentType, nowMs);
  return nowMs + intervalMs;
}

/** @throws What kept a window from being listed. */
async function compare(options: ReconcileOptions, contentType: string, signal: AbortSignal): Promise<void> {
  const { ledger, clock, logger, relistMs } = options;
  const startedMs = clock.now();
  const covered = (within: Period): readonly Period[] => ledger.coverage(contentType, within);
  const windows = finalWindows({ nowMs: startedMs, relistMs, covered });
  const failures: unknown[] = [];
  let appeared = 0;
  try {
    for (const window of windows) {
      await clock.sleep(PACE_MS, signal);
      // It may have left the reach meanwhile.
      if (clampToReach(window, clock.now()) !== window) continue;
      try {
        const added = await options.list(contentType, window, signal);
        appeared += added;
        if (added > 0) options.onAppeared(contentType, added);
      } catch (error) {
        if (signal.aborted || judgeListingFailure(error).concerns === "all") throw error;
        failures.push(error);
      }
      if (failures.length >= MAX_FAILED_WINDOWS) throw failures[0];
    }
  } finally {
    if (appeared > 0) {
      logger.warn("Blobs appeared after their window was final; they are collected now", {
        content_type: contentType,
        blobs: appeared,
      });
    }
  }
  if (failures.length > 0) throw failures[0];
  ledger.setReconciled(contentType, startedMs);
  if (appeared === 0) {
    logger.debug("No blob appeared after its window was final", { content_type: contentType, windows: windows.length });
  }
}
