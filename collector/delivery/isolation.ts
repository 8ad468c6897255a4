import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type CollectorError, PartialSuccessError, PermanentError } from "../errors.ts";

/** Refusals in a row that are taken without a pause while nothing speaks for the backend being the right one. */
const QUICK_REFUSALS = 32;

type Records = readonly ReadableLogRecord[];

/** A record that the backend refused by itself: alone, or by its index. */
export interface RefusedRecord {
  readonly record: ReadableLogRecord;
  readonly error: CollectorError;
  /** The backend picked it out of a batch of which it did not refuse the rest. */
  readonly isPicked: boolean;
}

/** The backend, as isolation sees it. */
export interface Asked {
  /** Resolves once the backend has answered about these records: with why it refuses them for good, or undefined when it accepted them. */
  offer(records: Records): Promise<CollectorError | undefined>;
  /** Whether the backend accepted other records in an attempt since it first refused this batch. */
  isTrusted(): boolean;
  /** Waits, visibly, because the backend refuses everything. */
  hold(error: CollectorError): Promise<void>;
}

/**
 * Delivers a batch and finds the records in it that the backend refuses for good. A group that is refused is halved, and
 * the halves are offered one after the other, oldest first, until what is refused stands alone; records that the backend
 * names stand alone at once. What was accepted is not offered again.
 *
 * A refusal counts only after the backend has accepted something since it first refused this batch. A backend that
 * refuses everything is the wrong one, or wrongly set up, and then the records are not at fault: they are held and offered
 * again slowly, and so are records that were refused before the first acceptance.
 *
 * All groups of one size come before the smaller ones: records that can be accepted are found and delivered soon, however
 * many bad ones stand in front. Memory: the groups hold each record at most once.
 *
 * @returns The refused records; empty when the backend has all.
 */
export async function isolate(records: Records, backend: Asked): Promise<readonly RefusedRecord[]> {
  const refused: RefusedRecord[] = [];
  let suspects: RefusedRecord[] = [];
  let groups: Records[] = [records];
  let last: CollectorError | undefined;
  for (let refusals = 0; groups.length > 0;) {
    const smaller: Records[] = [];
    for (const group of groups) {
      const error = await backend.offer(group);
      if (error === undefined) continue;
      last = error;
      refusals += 1;
      const isTrusted = backend.isTrusted();
      narrow(group, error, isTrusted ? refused : suspects, smaller);
      if (!isTrusted && refusals > QUICK_REFUSALS) await backend.hold(error);
    }
    groups = smaller;
    if (groups.length > 0 || suspects.length === 0 || last === undefined) continue;
    const isTrusted = backend.isTrusted();
    const doubtful: RefusedRecord[] = [];
    for (const suspect of suspects) (isTrusted && suspect.isPicked ? refused : doubtful).push(suspect);
    if (!isTrusted) await backend.hold(last);
    // Together: when the fault was the backend's and is mended, one attempt delivers them all.
    if (doubtful.length > 0) groups = [doubtful.map(({ record }) => record)];
    suspects = [];
  }
  return refused;
}

/** Whether an error says that these records would be refused again. A partial success without a single record does, too. */
export function isRefusal(error: unknown, records: Records): error is CollectorError {
  if (error instanceof PartialSuccessError) return error.rejectedCount >= records.length;
  return error instanceof PermanentError;
}

/** Sorts a refused group: into records that stand alone, and groups to be offered next. */
function narrow(group: Records, error: CollectorError, alone: RefusedRecord[], smaller: Records[]): void {
  const named = namedBy(error, group.length);
  if (named.size > 0) {
    const isPicked = named.size < group.length;
    for (const [index, record] of group.entries()) if (named.has(index)) alone.push({ record, error, isPicked });
    if (isPicked) smaller.push(group.filter((_, index) => !named.has(index)));
    return;
  }
  const middle = Math.ceil(group.length / 2);
  smaller.push(group.slice(0, middle), group.slice(middle));
}

/** Indexes of the records that the backend refused by name; of all when there is one, or when it refused each. */
function namedBy(error: CollectorError, size: number): ReadonlySet<number> {
  if (size === 1 || error instanceof PartialSuccessError) return new Set(Array.from({ length: size }, (_, i) => i));
  const rejected = error instanceof PermanentError ? (error.rejected ?? []) : [];
  return new Set(rejected.filter((index) => Number.isInteger(index) && index >= 0 && index < size));
}
