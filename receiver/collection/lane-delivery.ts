import { ignoreAbort, type Clock } from "../../collector/clock.ts";
import { codeOf, describeError } from "../../collector/errors.ts";
import type { AuditLogRecord } from "../../collector/record.ts";
import type { Acknowledged, Ledger, PendingContent } from "../../collector/storage/storage.ts";
import type { Logger, ReportStatus } from "../../collector/telemetry.ts";
import { backoffMs, type BackoffConfig } from "./backoff.ts";
import type { FetchedContent } from "./fetched-content.ts";
import type { Lane } from "./lane.ts";
import { blobFields } from "./log-fields.ts";
import type { Claim } from "./record-claims.ts";

export interface LaneDeliveryOptions {
  readonly ledger: Ledger;
  readonly backoff: BackoffConfig;
  readonly clock: Clock;
  readonly random: () => number;
  readonly reportStatus: ReportStatus;
  readonly logger: Logger;
  /** So many acknowledged records are remembered for each branch. */
  readonly maxRememberedRecords: number;
  /** Called after a branch acknowledged `records` records. */
  readonly onAccepted: (branch: string, records: number) => void;
  /** Called after a branch gave back `records` records, which it is offered again. */
  readonly onRefused: (branch: string, records: number) => void;
  /** Called after a blob was settled of which `records` records were left out, because the branch had them before. */
  readonly onRepeated: (branch: string, records: number) => void;
}

/**
 * Hands a blob to one branch, chunk after chunk, and settles it in the ledger after the last acknowledgement. Records that
 * the branch has acknowledged before are left out. Resolves without settling when `delivery` aborts first.
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
  const { ledger, clock, maxRememberedRecords: maxRecords } = options;
  const { name } = lane.branch;
  const claims: Claim[] = [];
  const acknowledged = (): Acknowledged => ({ keys: Buffer.concat(claims.map(({ keys }) => keys())), maxRecords });
  let passed = 0;
  let repeats = 0;
  let newestRecordMs: number | undefined;
  try {
    for (let index = 0; ; index += 1) {
      const records = await fetched.chunk(index);
      if (records === undefined) break;
      const dropped = await deliverChunk(options, lane, records, claims, delivery);
      if (dropped === undefined) return;
      repeats += dropped;
      passed += records.length;
      newestRecordMs = newest(records, newestRecordMs, clock.now());
      if (passed >= fetched.records) continue;
      // Chunk by chunk, as it was acknowledged: memory follows the chunk, and so does what a kill repeats.
      const stored = await persist(options, name, delivery, () => {
        ledger.remember(name, acknowledged(), clock.now());
        return true;
      });
      if (stored === undefined) return;
      release(claims);
    }
    const settled = await persist(options, name, delivery, () => {
      const settlement = { state: "delivered", records: fetched.records, newestRecordMs } as const;
      ledger.settle(content.key, name, settlement, fetched.bytes, clock.now(), acknowledged());
      return true;
    });
    if (settled === undefined || repeats === 0) return;
    options.onRepeated(name, repeats);
    options.logger.debug("Records left out, because they were delivered before", {
      ...blobFields(content),
      branch: name,
      records: repeats,
    });
  } finally {
    release(claims);
  }
}

/**
 * Delivers those records of a chunk that the branch has not acknowledged, and adds what it takes for that to `claims`.
 * Resolves to the number of those that it has; to undefined when `delivery` aborts first.
 */
async function deliverChunk(
  options: LaneDeliveryOptions,
  { branch, claims: claimed }: Lane,
  records: readonly AuditLogRecord[],
  claims: Claim[],
  delivery: AbortSignal,
): Promise<number | undefined> {
  const { name } = branch;
  let repeats = 0;
  for (let left = records; left.length > 0;) {
    const claim = await persist(options, name, delivery, () =>
      claimed.claim(left, (keys) => options.ledger.seen(name, keys)),
    );
    if (claim === undefined) return undefined;
    claims.push(claim);
    const { fresh } = claim;
    if (fresh.length > 0) {
      const accepted = await persist(options, name, delivery, async () => {
        try {
          await branch.consume(fresh, delivery);
        } catch (error) {
          if (!delivery.aborted) options.onRefused(name, fresh.length);
          throw error;
        }
        return true;
      });
      if (accepted === undefined) return undefined;
      options.onAccepted(name, fresh.length);
    }
    claim.acknowledged();
    repeats += claim.repeats;
    left = claim.awaited;
    await claim.others;
  }
  return repeats;
}

/** The latest creation time so far. A record from the future says more about a clock than about progress. */
function newest(records: readonly AuditLogRecord[], before: number | undefined, nowMs: number): number | undefined {
  let newestMs = before;
  for (const { hrTime, attributes } of records) {
    const ms = hrTime[0] * 1000 + Math.floor(hrTime[1] / 1e6);
    if (ms > nowMs || (newestMs !== undefined && ms <= newestMs) || attributes["o365.malformed"] === true) continue;
    newestMs = ms;
  }
  return newestMs;
}

function release(claims: Claim[]): void {
  for (const claim of claims) claim.release();
  claims.length = 0;
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
      reportStatus({ aspect: branch, status: "recoverable_error", message: describeError(error), ...codeOf(error) });
      await clock.sleep(backoffMs(backoff, failures, random), signal).catch(ignoreAbort);
    }
  }
  return undefined;
}
