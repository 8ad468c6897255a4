import type { Ledger, PendingContent, Period } from "../../collector/storage/storage.ts";
import type { Priority } from "../request-lines.ts";
import type { Lane } from "./lane.ts";

/** A blob to fetch, and the lanes that it is for. */
export interface NextBlob {
  readonly content: PendingContent;
  readonly lanes: readonly Lane[];
}

export interface NextBlobsOptions {
  readonly nowMs: number;
  /** What was created from then on is live content, what was created before is backfill. */
  readonly liveSinceMs: number;
  /** Most blobs of each of the two. */
  readonly limit: number;
  /** Blobs that are being downloaded, by key, with the times of their creation: whoever else wants one of them gets it afterwards. */
  readonly fetching: ReadonlyMap<number, number>;
}

/**
 * The oldest blobs of live content and of backfill that any of the lanes still owes and has room for. A lane that holds a blob
 * already does not keep it from the others: they may have had no room when that one took it. Tells each lane whether
 * backfill waits for it.
 */
export function nextBlobs(
  ledger: Pick<Ledger, "pending">,
  lanes: readonly Lane[],
  { nowMs, liveSinceMs, limit, fetching }: NextBlobsOptions,
): Readonly<Record<Priority, NextBlob[]>> {
  const live = new OldestFirst();
  const backfill = new OldestFirst();
  for (const lane of lanes) {
    const inFlight = new Map([...lane.blobs, ...fetching]);
    const owed = (created: Partial<Period>): readonly PendingContent[] =>
      ledger.pending([lane.branch.name], nowMs, limit, createdIn(created, inFlight), created);
    // Without room for it, there is no need to know: it holds its share.
    lane.backfillWaits = true;
    if (lane.hasRoom("backfill")) {
      const old = owed({ toMs: liveSinceMs });
      lane.backfillWaits = old.length > 0;
      backfill.add(lane, old);
    }
    if (lane.hasRoom("live")) live.add(lane, owed({ fromMs: liveSinceMs }));
  }
  return { live: live.take(limit), backfill: backfill.take(limit) };
}

/** Those of some blobs that were created in a period: the ledger need not look for others there. */
function createdIn(
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: Partial<Period>,
  blobs: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const keys = new Set<number>();
  for (const [key, createdMs] of blobs) if (createdMs >= fromMs && createdMs < toMs) keys.add(key);
  return keys;
}

/** What several lanes owe, each blob once. */
class OldestFirst {
  readonly #found = new Map<number, { readonly content: PendingContent; readonly lanes: Lane[] }>();

  add(lane: Lane, owed: readonly PendingContent[]): void {
    for (const content of owed) {
      const known = this.#found.get(content.key);
      if (known === undefined) this.#found.set(content.key, { content, lanes: [lane] });
      else known.lanes.push(lane);
    }
  }

  take(limit: number): NextBlob[] {
    return [...this.#found.values()].toSorted((a, b) => oldestFirst(a.content, b.content)).slice(0, limit);
  }
}

function oldestFirst(a: PendingContent, b: PendingContent): number {
  if (a.createdMs !== b.createdMs) return a.createdMs - b.createdMs;
  if (a.contentId === b.contentId) return a.key - b.key;
  return a.contentId < b.contentId ? -1 : 1;
}
