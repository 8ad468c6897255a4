import type { Clock } from "../collector/clock.ts";
import { ErrorCode, RetryableError } from "../collector/errors.ts";
import type { Ledger, Period } from "../collector/storage/storage.ts";
import type { ApiClient } from "./api-client.ts";
import type { Priority } from "./request-lines.ts";
import { clampToReach, formatTime } from "./windows.ts";
import { ApiError } from "./wire-errors.ts";

export interface ListingOptions {
  readonly client: Pick<ApiClient, "listContentPage">;
  readonly ledger: Pick<Ledger, "addListed" | "addCoverage">;
  readonly clock: Clock;
  /**
   * How long after its creation time a blob may still appear in a listing. A period counts as covered once it was listed
   * this long after its end: what was listed earlier, just before a long stop, is listed again after it.
   */
  readonly lateMs: number;
  /** Default: `live`. */
  readonly priority?: Priority;
  /** Called for every page that has brought new blobs: a walk over the pages may take minutes, or stop halfway. */
  readonly onListed?: () => void;
}

/** Pages of one window. The tenant's quota is 2,000 requests a minute: more than that in an hour's window is a loop. */
const MAX_PAGES = 2000;
/** Page tokens expire; a window that loses its token more often than this is tried again later. */
const MAX_RESTARTS = 2;

/**
 * Lists one window to its last page. Every page is in the ledger before the next one is asked for, and the window counts as
 * covered only after its last page, and only as far as no blob can appear in it any more.
 *
 * @returns The number of blobs that were new.
 * @throws {RetryableError} `OTEL_O365_PROTOCOL` when pages repeat or entries cannot be used; the window is not covered.
 * @throws {Error} What ApiClient.listContentPage() throws; pages up to there are kept.
 */
export async function listWindow(
  options: ListingOptions,
  contentType: string,
  window: Period,
  signal: AbortSignal,
): Promise<number> {
  let added = 0;
  for (let restarts = 0; ; restarts += 1) {
    try {
      await listOnce(options, contentType, window, signal, (count) => {
        added += count;
        if (count > 0) options.onListed?.();
      });
      return added;
    } catch (error) {
      const restart = error instanceof ApiError && error.kind === "bad_page_token" && restarts < MAX_RESTARTS;
      if (!restart) throw error;
    }
  }
}

async function listOnce(
  { client, ledger, clock, lateMs, priority }: ListingOptions,
  contentType: string,
  window: Period,
  signal: AbortSignal,
  onAdded: (count: number) => void,
): Promise<void> {
  const listedAtMs = clock.now();
  const period = clampToReach(window, listedAtMs);
  if (period === undefined) return;
  const action = `list content "${contentType}" from ${formatTime(period.fromMs)}`;
  const seen = new Set<string>();
  let malformed = 0;
  let elsewhere = 0;
  let from: Period | string | undefined = period;
  while (from !== undefined) {
    if (seen.size >= MAX_PAGES) throw incomplete(action, `there are more than ${MAX_PAGES} pages`);
    const page = await client.listContentPage(contentType, from, signal, priority);
    onAdded(ledger.addListed(contentType, page.entries, clock.now()));
    malformed += page.malformed;
    elsewhere += page.elsewhere;
    from = page.nextPageUri;
    if (from !== undefined && seen.has(from)) throw incomplete(action, "the service gave the same next page twice");
    if (from !== undefined) seen.add(from);
  }
  if (malformed > 0) throw incomplete(action, `${malformed} entries have no id, address or time`);
  // Known blobs keep their address: one on another server, once stored, would keep the blob from ever being fetched.
  if (elsewhere > 0) {
    const seen = `${elsewhere} entries have their content on another server, where tokens must not go`;
    throw incomplete(action, seen, "check cloud and endpoints::api, and who answers for it");
  }
  const toMs = Math.min(period.toMs, listedAtMs - lateMs);
  if (toMs > period.fromMs) ledger.addCoverage(contentType, { fromMs: period.fromMs, toMs }, listedAtMs);
}

function incomplete(
  action: string,
  seen: string,
  remedy: string = "open a support case with Microsoft",
): RetryableError {
  return new RetryableError(
    ErrorCode.protocol,
    `Cannot ${action} completely: ${seen}; nothing, the window is listed again. If it lasts, ${remedy}`,
  );
}
