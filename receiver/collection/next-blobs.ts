import type { Ledger, PendingContent } from "../../collector/storage/storage.ts";
import type { Lane } from "./lane.ts";

/** A blob to fetch, and the lanes that it is for. */
export interface NextBlob {
  readonly content: PendingContent;
  readonly lanes: readonly Lane[];
}

/**
 * The oldest blobs that any of the lanes still owes. A lane that holds a blob already does not keep it from the others:
 * they may have had no room when that one took it.
 *
 * @param fetching Keys of blobs that are being downloaded: whoever else wants one of them gets it afterwards.
 */
export function nextBlobs(
  ledger: Pick<Ledger, "pending">,
  lanes: readonly Lane[],
  fetching: ReadonlySet<number>,
  nowMs: number,
  limit: number,
): readonly NextBlob[] {
  const found = new Map<number, { readonly content: PendingContent; readonly lanes: Lane[] }>();
  for (const lane of lanes) {
    const except = fetching.size === 0 ? lane.keys : new Set([...lane.keys, ...fetching]);
    for (const content of ledger.pending([lane.branch.name], nowMs, limit, except)) {
      const known = found.get(content.key);
      if (known === undefined) found.set(content.key, { content, lanes: [lane] });
      else known.lanes.push(lane);
    }
  }
  return [...found.values()].toSorted((a, b) => oldestFirst(a.content, b.content)).slice(0, limit);
}

function oldestFirst(a: PendingContent, b: PendingContent): number {
  if (a.createdMs !== b.createdMs) return a.createdMs - b.createdMs;
  if (a.contentId === b.contentId) return a.key - b.key;
  return a.contentId < b.contentId ? -1 : 1;
}
