import type { LedgerUse } from "../component.ts";
import type { Condition } from "../storage/storage.ts";
import { Causes } from "./causes.ts";
import type { HealthThresholds } from "./thresholds.ts";
import type { ContentTypeFacts, IntegrationFacts } from "../storage/ledger-facts.ts";
import type { Period } from "../storage/storage.ts";
import { lookbackLater } from "./lookback.ts";
import { missingPeriods } from "./missing-periods.ts";
import { silences } from "./silences.ts";

/** How an integration or a content type is, mildest first. */
export const STATES = ["ready", "pending", "healthy", "quiet", "degraded", "unhealthy", "bad_credentials"] as const;
export type State = (typeof STATES)[number];
/** The states in which `otel-o365 status` exits with 0. */
export const WELL: ReadonlySet<string> = new Set<State>(["ready", "pending", "healthy"]);

const MINUTE_MS = 60_000;
/** What is assumed where no configuration says it: the defaults of the receiver. */
const ASSUMED = { pollIntervalMs: MINUTE_MS, relistMs: 60 * MINUTE_MS } as const;

/** What the judgement rests on, besides the ledger. Times are milliseconds since the epoch. */
export interface Surroundings {
  readonly nowMs: number;
  /** When the collector was started that works on the storage now; undefined when none does, or it cannot be told. */
  readonly runningSinceMs: number | undefined;
  /** Components that are not well, or were not when the collector ran last. */
  readonly conditions: readonly Condition[];
  readonly thresholds: HealthThresholds;
}

/** Something that keeps a content type from being healthy, and since when. */
export interface Trouble {
  /**
   * `listing`: nothing was listed to its end. `delivery`: a listed blob was not delivered to `branch`. `sign_in`: Entra ID or the
   * API refuses the application. `permission`: it refuses this content type. `quiet`: listings succeed and hold nothing new.
   * `empty`: they succeed, and no content type has ever had anything.
   */
  readonly about: "listing" | "delivery" | "sign_in" | "permission" | "quiet" | "empty";
  readonly branch: string | undefined;
  readonly sinceMs: number;
  readonly state: Exclude<State, "ready" | "pending" | "healthy">;
  /** What was seen and what to do, in the words of the component that has the trouble. */
  readonly cause: string | undefined;
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
  /** Names of the active branches. */
  readonly branches: readonly string[];
}

/**
 * Judges one integration by its ledger.
 *
 * @param id Its YAML id, under which conditions are known; undefined when it is not known.
 * @param facts Undefined when the ledger does not know it yet.
 * @param use What the configuration says; undefined when there is none.
 */
export function judgeIntegration(
  id: string | undefined,
  facts: IntegrationFacts | undefined,
  use: LedgerUse | undefined,
  surroundings: Surroundings,
): IntegrationVerdict {
  const causes = new Causes(surroundings.conditions, id);
  const known = new Map(facts?.contentTypes.map((one) => [one.contentType, one]));
  const names = [...new Set([...(use?.contentTypes ?? []), ...known.keys()])];
  const sinceOfBranch = new Map(facts?.branches.map(({ name, sinceMs }) => [name, sinceMs]));
  const hadContent = [...known.values()].some(({ newestMs }) => newestMs !== undefined);
  const contentTypes = names.map((name) => {
    const configured = use === undefined || use.contentTypes.includes(name);
    const context = { ...surroundings, use, configured, hadContent, sinceOfBranch, causes };
    return judgeContentType(known.get(name) ?? unknown(name), context);
  });
  return {
    state: worst(contentTypes.map(({ state }) => state)),
    gap: contentTypes.some(({ gaps, facts: { expired, gone } }) => gaps.length > 0 || expired + gone > 0),
    contentTypes,
    branches: (facts?.branches ?? []).filter(({ active }) => active).map(({ name }) => name),
  };
}

/** The state of a whole out of those of its parts. */
export function worst(states: readonly State[]): State {
  return states.reduce((one, other) => (STATES.indexOf(other) > STATES.indexOf(one) ? other : one), "ready");
}

interface Context extends Surroundings {
  readonly use: LedgerUse | undefined;
  readonly configured: boolean;
  /** Whether any content type of the integration ever had content. */
  readonly hadContent: boolean;
  readonly sinceOfBranch: ReadonlyMap<string, number>;
  readonly causes: Causes;
}

function judgeContentType(facts: ContentTypeFacts, context: Context): ContentTypeVerdict {
  const { nowMs, use, configured, thresholds } = context;
  const { originMs, coverage } = facts;
  const relistMs = use?.relistMs ?? observedRelistMs(facts) ?? ASSUMED.relistMs;
  const pollIntervalMs = use?.pollIntervalMs ?? ASSUMED.pollIntervalMs;
  // A listing that is only late by what is normal has not left anything to be listed.
  const toMs = nowMs - relistMs - pollIntervalMs - thresholds.degradedAfterMs;
  const missing =
    configured && originMs !== undefined
      ? missingPeriods({ originMs, coverage, nowMs, toMs })
      : { gaps: [], backlog: [] };
  const lastListedMs = coverage.length === 0 ? undefined : Math.max(...coverage.map(({ listedAtMs }) => listedAtMs));
  const isListed =
    configured &&
    missing.backlog.length === 0 &&
    nowMs - (lastListedMs ?? 0) <= thresholds.degradedAfterMs + pollIntervalMs;
  const troubles = [
    ...(configured ? refusals(facts, context) : []),
    ...(configured ? listingTrouble(facts, context, relistMs, pollIntervalMs) : []),
    ...deliveryTroubles(facts, context),
    ...(isListed ? silences(facts, context) : []),
  ];
  return {
    facts,
    configured,
    state: troubles.length === 0 ? untroubled(facts) : worst(troubles.map(({ state }) => state)),
    troubles,
    lastListedMs,
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
  const sinceMs = unlistedSinceMs(facts, context, relistMs);
  if (sinceMs === undefined) return [];
  const cause = context.causes.listing(facts.contentType)?.message;
  return lateness(context, { about: "listing", branch: undefined, sinceMs, cause }, pollIntervalMs);
}

/** Whoever is not let in does not get better by waiting: this is said at once. */
function refusals({ contentType }: ContentTypeFacts, { causes }: Context): readonly Trouble[] {
  const refused = (about: "sign_in" | "permission", found: Condition | undefined): readonly Trouble[] =>
    found === undefined
      ? []
      : [{ about, branch: undefined, sinceMs: found.sinceMs, state: "bad_credentials", cause: found.message }];
  const whole = refused("sign_in", causes.signIn());
  return whole.length > 0 ? whole : refused("permission", causes.permission(contentType));
}

/** Since when a listing could have been seen in the ledger and was not; undefined when nobody was there to list. */
function unlistedSinceMs(
  { originMs, coverage }: ContentTypeFacts,
  { nowMs, runningSinceMs, use, thresholds }: Context,
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
  const listedMs = coverage
    .map(({ listedAtMs }) => listedAtMs)
    .filter((ms) => ms <= nowMs + thresholds.degradedAfterMs);
  return Math.max(coverableMs, ...listedMs);
}

function deliveryTroubles({ owed, contentType }: ContentTypeFacts, context: Context): readonly Trouble[] {
  const { nowMs, use, sinceOfBranch, causes } = context;
  return owed.flatMap(({ branch, oldestListedMs }) => {
    // A branch that is new owes at once what was listed before it came.
    const openedMs = lookbackLater(sinceOfBranch.get(branch) ?? 0, use, nowMs);
    const sinceMs = Math.max(oldestListedMs, openedMs);
    const cause = causes.delivery(branch, contentType)?.message;
    return lateness(context, { about: "delivery", branch, sinceMs, cause }, 0);
  });
}

/** @param allowedMs What is normal, and not late. */
function lateness(
  { nowMs, thresholds }: Context,
  trouble: Omit<Trouble, "state">,
  allowedMs: number,
): readonly Trouble[] {
  const lateMs = nowMs - trouble.sinceMs - allowedMs;
  if (lateMs <= thresholds.degradedAfterMs) return [];
  return [{ ...trouble, state: lateMs > thresholds.unhealthyAfterMs ? "unhealthy" : "degraded" }];
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
    newestRecordMs: undefined,
    longestPauseMs: undefined,
    originMs: undefined,
    subscriptionStartedMs: undefined,
    coverage: [],
    owed: [],
  };
}
