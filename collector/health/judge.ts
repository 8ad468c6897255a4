import type { LedgerUse } from "../component.ts";
import type { ContentTypeFacts, IntegrationFacts } from "../storage/ledger-facts.ts";
import type { Period } from "../storage/storage.ts";
import { missingPeriods } from "./missing-periods.ts";

/** How an integration or a content type is, mildest first, as far as the ledger can tell. */
export const STATES = ["ready", "pending", "healthy", "degraded", "unhealthy"] as const;
export type State = (typeof STATES)[number];

const MINUTE_MS = 60_000;
export const DEGRADED_AFTER_MS: number = 5 * MINUTE_MS;
export const UNHEALTHY_AFTER_MS: number = 210 * MINUTE_MS;
/** What is assumed where no configuration says it: the defaults of the receiver. */
const ASSUMED = { pollIntervalMs: MINUTE_MS, relistMs: 60 * MINUTE_MS } as const;

/** What the judgement rests on, besides the ledger. Times are milliseconds since the epoch. */
export interface Surroundings {
  readonly nowMs: number;
  /** When the collector was started that works on the storage now; undefined when none does, or it cannot be told. */
  readonly runningSinceMs: number | undefined;
}

/** Something that keeps a content type from being healthy, and since when. */
export interface Trouble {
  /** `listing`: nothing was listed to its end. `delivery`: a listed blob was not delivered to `branch`. */
  readonly about: "listing" | "delivery";
  readonly branch: string | undefined;
  readonly sinceMs: number;
  readonly state: "degraded" | "unhealthy";
}

export interface ContentTypeVerdict {
  readonly facts: ContentTypeFacts;
  /** False when the configuration does not name it: then only the delivery of what was listed is judged. */
  readonly configured: boolean;
  readonly state: State;
  readonly troubles: readonly Trouble[];
  /** When a period was last listed to its end; undefined when none ever was. */
  readonly lastListedMs: number | undefined;
  /** Periods that were never listed and that the service no longer lists. */
  readonly gaps: readonly Period[];
  /** Periods that were never listed to their end and still can be. */
  readonly backlog: readonly Period[];
}

export interface IntegrationVerdict {
  /** The worst of its content types; else Healthy, Pending, Ready, whichever one of them is first. */
  readonly state: State;
  /** A part of the audit trail is missing: a period was never listed and cannot be any more, or a blob ended as expired or gone. */
  readonly gap: boolean;
  readonly contentTypes: readonly ContentTypeVerdict[];
}

/**
 * Judges one integration by its ledger.
 *
 * @param facts Undefined when the ledger does not know it yet.
 * @param use What the configuration says; undefined when there is none.
 */
export function judgeIntegration(
  facts: IntegrationFacts | undefined,
  use: LedgerUse | undefined,
  surroundings: Surroundings,
): IntegrationVerdict {
  const known = new Map(facts?.contentTypes.map((one) => [one.contentType, one]));
  const names = [...new Set([...(use?.contentTypes ?? []), ...known.keys()])];
  const sinceOfBranch = new Map(facts?.branches.map(({ name, sinceMs }) => [name, sinceMs]));
  const contentTypes = names.map((name) => {
    const configured = use === undefined || use.contentTypes.includes(name);
    const context = { ...surroundings, use, configured, sinceOfBranch };
    return judgeContentType(known.get(name) ?? unknown(name), context);
  });
  return {
    state: worst(contentTypes.map(({ state }) => state)),
    gap: contentTypes.some(({ gaps, facts: { expired, gone } }) => gaps.length > 0 || expired + gone > 0),
    contentTypes,
  };
}

/** The state of a whole out of those of its parts. */
export function worst(states: readonly State[]): State {
  return states.reduce((one, other) => (STATES.indexOf(other) > STATES.indexOf(one) ? other : one), "ready");
}

interface Context extends Surroundings {
  readonly use: LedgerUse | undefined;
  readonly configured: boolean;
  readonly sinceOfBranch: ReadonlyMap<string, number>;
}

function judgeContentType(facts: ContentTypeFacts, context: Context): ContentTypeVerdict {
  const { nowMs, use, configured } = context;
  const { originMs, coverage } = facts;
  const relistMs = use?.relistMs ?? observedRelistMs(facts) ?? ASSUMED.relistMs;
  const pollIntervalMs = use?.pollIntervalMs ?? ASSUMED.pollIntervalMs;
  // A listing that is only late by what is normal has not left anything to be listed.
  const toMs = nowMs - relistMs - pollIntervalMs - DEGRADED_AFTER_MS;
  const missing =
    configured && originMs !== undefined
      ? missingPeriods({ originMs, coverage, nowMs, toMs })
      : { gaps: [], backlog: [] };
  const troubles = [
    ...(configured ? listingTrouble(facts, context, relistMs, pollIntervalMs) : []),
    ...deliveryTroubles(facts, context),
  ];
  return {
    facts,
    configured,
    state: troubles.length === 0 ? untroubled(facts) : worst(troubles.map(({ state }) => state)),
    troubles,
    lastListedMs: coverage.length === 0 ? undefined : Math.max(...coverage.map(({ listedAtMs }) => listedAtMs)),
    ...missing,
  };
}

function untroubled({ listed, delivered, pending, expired, gone }: ContentTypeFacts): State {
  if (listed === 0) return "ready";
  return pending > 0 && delivered + expired + gone === 0 ? "pending" : "healthy";
}

/** How long after its end a period was listed last: not less than the configuration's `relist`, and hardly more. */
function observedRelistMs({ coverage }: ContentTypeFacts): number | undefined {
  const newest = coverage.at(-1);
  return newest === undefined ? undefined : Math.max(0, newest.listedAtMs - newest.toMs);
}

function listingTrouble(
  facts: ContentTypeFacts,
  context: Context,
  relistMs: number,
  pollIntervalMs: number,
): readonly Trouble[] {
  const { nowMs } = context;
  const sinceMs = quietSinceMs(facts, context, relistMs);
  if (sinceMs === undefined) return [];
  return trouble("listing", undefined, sinceMs, nowMs - sinceMs - pollIntervalMs);
}

/** Since when a listing could have been seen in the ledger and was not; undefined when nobody was there to list. */
function quietSinceMs(
  { originMs, coverage }: ContentTypeFacts,
  { nowMs, runningSinceMs, use }: Context,
  relistMs: number,
): number | undefined {
  // Never polled: that takes a sign-in and a subscription, for which the collector had time since its start.
  if (originMs === undefined) return runningSinceMs;
  // As long as blobs may still appear in all that there is to list, nothing is covered.
  const coverableMs = originMs + relistMs;
  // Nor is it before a first poll was through, which began when the origin was a whole lookback ago, or with this start.
  const firstPollMs = Math.max(lookbackLater(originMs, use, nowMs), runningSinceMs ?? 0);
  if (coverage.length === 0) return Math.max(coverableMs, firstPollMs);
  // Written by a clock that was ahead, a listing says nothing about when it was.
  const listedMs = coverage.map(({ listedAtMs }) => listedAtMs).filter((ms) => ms <= nowMs + DEGRADED_AFTER_MS);
  return Math.max(coverableMs, ...listedMs);
}

function deliveryTroubles({ owed }: ContentTypeFacts, { nowMs, use, sinceOfBranch }: Context): readonly Trouble[] {
  return owed.flatMap(({ branch, oldestListedMs }) => {
    // A branch that is new owes at once what was listed before it came.
    const openedMs = lookbackLater(sinceOfBranch.get(branch) ?? 0, use, nowMs);
    const sinceMs = Math.max(oldestListedMs, openedMs);
    return trouble("delivery", branch, sinceMs, nowMs - sinceMs);
  });
}

/** When something began that set its beginning a lookback ago. Another lookback than the collector's leads into the future: then it cannot be told. */
function lookbackLater(beginningMs: number, use: LedgerUse | undefined, nowMs: number): number {
  const beganMs = beginningMs + (use?.initialLookbackMs ?? 0);
  return beganMs <= nowMs ? beganMs : 0;
}

function trouble(
  about: Trouble["about"],
  branch: string | undefined,
  sinceMs: number,
  lateMs: number,
): readonly Trouble[] {
  if (lateMs <= DEGRADED_AFTER_MS) return [];
  return [{ about, branch, sinceMs, state: lateMs > UNHEALTHY_AFTER_MS ? "unhealthy" : "degraded" }];
}

function unknown(contentType: string): ContentTypeFacts {
  return {
    contentType,
    listed: 0,
    delivered: 0,
    pending: 0,
    setAside: 0,
    expired: 0,
    gone: 0,
    records: 0,
    lastError: undefined,
    newestMs: undefined,
    originMs: undefined,
    subscriptionStartedMs: undefined,
    coverage: [],
    owed: [],
  };
}
