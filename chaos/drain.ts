import { setTimeout as sleep } from "node:timers/promises";
import { owedBlobs, readLedger } from "../collector/storage/ledger-report.ts";
import type { CollectorProcess } from "./collector-process.ts";

const HOUR_MS = 3_600_000;
const LOOK_EVERY_MS = 200;
/** Listings of one content type in two whole polls, and one to spare: each lists two recent windows. */
const ENOUGH_LISTINGS = 5;
const ONE_POLL = 2;
/** A tenant is never silent for long: a backend that has refused the only record it was offered waits for another. */
const SIGN_OF_LIFE_MS = 5000;

export interface DrainOptions {
  /** `storage::directory`. */
  readonly directory: string;
  readonly process: CollectorProcess;
  readonly contentTypes: readonly string[];
  /** Time as the collector sees it. */
  readonly now: () => number;
  /** Given up when nothing moves for so long. */
  readonly patienceMs: number;
  /** When nothing is missing, one poll is enough. */
  readonly isHasty?: boolean;
  /** What is missing comes only when it is looked for: it is waited for as long as patience lasts. */
  readonly isStubborn?: boolean;
  /** Listings so far that began at their first page, by content type. */
  readonly listings: ReadonlyMap<string, number>;
  /** Records that backends have not yet, over all of them. */
  readonly missing: () => number;
  /** Makes a blob for a tenant that is never silent for long. */
  readonly makeBlob?: () => void;
}

/**
 * Waits until the collector has listed everything and the ledger owes nothing of it. Resolves to undefined then, also when
 * records are missing; else to why it was given up. To be called once the last blob can be seen.
 */
export async function drained(options: DrainOptions): Promise<string | undefined> {
  const { directory, process, contentTypes, patienceMs, listings, isHasty = false, isStubborn = false } = options;
  let least = Number.POSITIVE_INFINITY;
  let movedMs = Date.now();
  let blobMs = Date.now();
  const before = new Map(listings);
  let listed = before;
  const haveBegun = (times: number, since: ReadonlyMap<string, number>): boolean =>
    contentTypes.every((type) => count(listings, type) - count(since, type) >= times);
  for (;;) {
    if (process.hasExited) return "the collector ended by itself";
    const owed = owedBlobs(directory);
    const missing = options.missing();
    if (owed + missing < least) {
      least = owed + missing;
      movedMs = Date.now();
    }
    if (!isCovered(options)) listed = new Map(listings);
    if (owed === 0 && haveBegun(ENOUGH_LISTINGS, listed) && !(isStubborn && missing > 0)) return undefined;
    if (owed === 0 && missing === 0 && isHasty && haveBegun(ONE_POLL, before)) return undefined;
    if (Date.now() - movedMs > patienceMs) {
      return `nothing moved for ${patienceMs / 1000} s: ${owed} blobs owed, ${missing} records missing`;
    }
    if (owed > 0 && Date.now() - blobMs > SIGN_OF_LIFE_MS) {
      blobMs = Date.now();
      options.makeBlob?.();
      listed = new Map(listings);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function count(listings: ReadonlyMap<string, number>, contentType: string): number {
  return listings.get(contentType) ?? 0;
}

/** Whether every content type counts as listed from its beginning until windows that are listed on every poll. */
function isCovered({ directory, contentTypes, now }: DrainOptions): boolean {
  const types = readLedger(directory)?.integrations[0]?.contentTypes ?? [];
  const toMs = Math.floor((now() - HOUR_MS) / HOUR_MS) * HOUR_MS;
  return (
    types.length === contentTypes.length &&
    types.every(({ originMs = now(), coverage }) => {
      const fromMs = Math.floor(originMs / HOUR_MS) * HOUR_MS;
      return coverage.some((period) => period.fromMs <= fromMs && period.toMs >= toMs);
    })
  );
}
