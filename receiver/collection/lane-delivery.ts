import type { Clock } from "../../collector/clock.ts";
import { describeError } from "../../collector/errors.ts";
import type { Ledger, PendingContent } from "../../collector/storage/storage.ts";
import type { ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import type { FetchedContent } from "./fetched-content.ts";
import type { Lane } from "./lane.ts";

export interface LaneDeliveryOptions {
  readonly ledger: Ledger;
  readonly backoff: BackoffConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reportStatus: ReportStatus;
  /** Called after a branch acknowledged `records` records. */
  readonly onAccepted: (branch: string, records: number) => void;
}

/**
 * Hands a blob to one branch, chunk after chunk, and settles it in the ledger after the last acknowledgement. Resolves
 * without settling when `delivery` aborts first.
 *
 * @throws What `fetched.chunk()` throws: this download is of no use any more, another one may be.
 */
export async function deliverToLane(
  options: LaneDeliveryOptions,
  content: PendingContent,
  fetched: FetchedContent,
  lane: Lane,
  delivery: AbortSignal,
): Promise<void> {
  const { branch } = lane;
  for (let index = 0; ; index += 1) {
    const records = await fetched.chunk(index);
    if (records === undefined) break;
    const accepted = await persist(options, branch.name, delivery, async () => {
      await branch.consume(records, delivery);
      return true;
    });
    if (accepted === undefined) return;
    options.onAccepted(branch.name, records.length);
  }
  await persist(options, branch.name, delivery, () => {
    const settlement = { state: "delivered", records: fetched.records } as const;
    options.ledger.settle(content.key, branch.name, settlement, fetched.bytes, options.clock.now());
    return true;
  });
}

/**
 * Runs a step until it works. The delivery stage already retries what a backend refuses; what arrives here is trouble of
 * our own (a processor that throws, a ledger on a full disk), and the records must survive that as well.
 */
async function persist<T>(
  { backoff, clock, random, reportStatus }: LaneDeliveryOptions,
  branch: string,
  signal: AbortSignal,
  step: () => Promise<T> | T,
): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted;) {
    try {
      const result = await step();
      if (failures > 0) reportStatus({ aspect: branch, status: "ok" });
      return result;
    } catch (error) {
      if (signal.aborted) return undefined;
      failures += 1;
      reportStatus({ aspect: branch, status: "recoverable_error", message: describeError(error) });
      await clock.sleep(backoffMs(backoff, failures, random), signal).catch(ignoreAbort);
    }
  }
  return undefined;
}

/** The loop looks at the signal itself. */
function ignoreAbort(): void {}
