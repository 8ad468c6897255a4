import type { CollectorEvent, Ledger, Loss, Period } from "../storage/storage.ts";
import type { Logger } from "../telemetry.ts";
import { collectorEvent, CollectorEventName } from "./collector-event.ts";
import { type ContentTypeVerdict, type IntegrationVerdict, type State, STATES, type Trouble, WELL } from "./judge.ts";
import { subtractPeriods } from "./missing-periods.ts";
import { reasonOf } from "./same-reason.ts";
import type { HealthThresholds } from "./thresholds.ts";

/** Of one integration. */
export interface Announcing {
  /** YAML id. */
  readonly id: string;
  readonly ledger: Pick<Ledger, "announced" | "announce" | "untoldLosses" | "announceLosses">;
  readonly logger: Logger;
  readonly nowMs: number;
  /** False right after the start, when what was late because nobody was running has not been caught up with yet. */
  readonly isSettled: boolean;
}

const HOUR_MS = 3_600_000;
/** Losses that one look takes from the ledger. */
const LOSSES_AT_A_TIME = 1000;
/** Content ids that an event names; the ledger has all of them. */
const NAMED_IDS = 20;
/** What counts as well: from one of these to another nothing is said. */

/** Says that the state of an integration, or what it is troubled by, is another one than was said last. */
export function announceState({ id, ledger, logger, nowMs, isSettled }: Announcing, verdict: IntegrationVerdict): void {
  if (!isSettled && verdict.state !== "bad_credentials") return;
  const key = "state";
  const isWell = WELL.has(verdict.state);
  const value = isWell ? "" : [verdict.state, ...troubleNames(verdict)].join(" ");
  const before = ledger.announced(key) ?? "";
  if (value === before) return;
  const previous = STATES.find((state) => state === before.split(" ", 1)[0]);
  const sentences = troubleSentences(verdict);
  const body = isWell ? `${id} is well again` : `${id} ${words(verdict.state)}: ${sentences.join("; ")}`;
  const grave = verdict.state === "unhealthy" || verdict.state === "bad_credentials";
  const level = isWell ? "info" : grave ? "error" : "warn";
  const attributes = {
    "o365.collector.state": verdict.state,
    "o365.collector.previous_state": previous,
    "o365.collector.troubles": isWell ? undefined : sentences,
  };
  ledger.announce(key, value, [collectorEvent(CollectorEventName.state, level, nowMs, body, attributes)], nowMs);
  const fields = { state: verdict.state, ...(isWell ? {} : { troubles: sentences }) };
  logger[level](isWell ? "Integration is well again" : `Integration ${words(verdict.state)}`, fields);
}

function words(state: State): string {
  return state === "bad_credentials" ? "has bad credentials" : `is ${state}`;
}

/** What tells the troubles of an integration apart. */
function troubleNames({ contentTypes }: IntegrationVerdict): readonly string[] {
  const names = contentTypes.flatMap(({ facts, troubles }) => troubles.map((one) => nameOf(one, facts.contentType)));
  // A sign-in that fails is one trouble, not one of each content type.
  return [...new Set(names)];
}

function nameOf({ about, branch, state }: Trouble, contentType: string): string {
  return about === "sign_in" ? about : [state, about, contentType, ...(branch === undefined ? [] : [branch])].join("|");
}

/** What troubles an integration, each reason in one sentence with what to do, whatever number of content types it hits. */
export function troubleSentences({ contentTypes }: IntegrationVerdict): readonly string[] {
  const found = contentTypes.flatMap(({ facts, troubles }) => troubles.map((trouble) => ({ facts, trouble })));
  const alike = Map.groupBy(found, ({ trouble: { about, branch, cause } }) =>
    about === "sign_in" ? about : JSON.stringify([about, branch, cause === undefined ? "" : reasonOf(cause)]),
  );
  return [...alike.values()].map((those) => {
    const oldest = those.reduce((one, other) => (other.trouble.sinceMs < one.trouble.sinceMs ? other : one));
    return sentenceOf(
      oldest.trouble,
      those.map(({ facts }) => facts.contentType),
    );
  });
}

function sentenceOf({ about, branch, sinceMs, cause }: Trouble, contentTypes: readonly string[]): string {
  const since = `since ${new Date(sinceMs).toISOString()}`;
  const because = cause === undefined ? "" : `: ${cause}`;
  const which = contentTypes.join(", ");
  const [is, was, has] = contentTypes.length === 1 ? ["is", "was", "has"] : ["are", "were", "have"];
  if (about === "sign_in") return `refused ${since}${because}`;
  if (about === "permission") return `${which} ${is} refused ${since}${because}`;
  if (about === "quiet") return `${which} ${has} had no content ${since}, although listings succeed`;
  if (about === "empty")
    return `${which} ${has} had no content ${since}, nor has any other content type, although listings succeed; is auditing on?`;
  if (about === "listing") return `${which} ${was} not listed to the end ${since}${because}`;
  return `${branch ?? "a pipeline"} has not delivered what was listed of ${which} ${since}${because}`;
}

/** Says which content types have been silent for too long, and when that is over. */
export function announceSilence(
  { id, ledger, logger, nowMs, isSettled }: Announcing,
  { facts, troubles, configured }: ContentTypeVerdict,
  thresholds: HealthThresholds,
): void {
  if (!isSettled) return;
  const { contentType } = facts;
  const key = `silence ${contentType}`;
  const before = ledger.announced(key) ?? "";
  const silence = configured ? troubles.find((trouble) => isSilence(trouble, nowMs, thresholds)) : undefined;
  const value = silence?.about ?? "";
  if (value === before) return;
  const attributes = { "o365.content_type": contentType, "o365.collector.silence": value || before };
  if (silence === undefined) {
    const body = `${contentType} of ${id} is listed and has content again`;
    const event = collectorEvent(CollectorEventName.silenceEnded, "info", nowMs, body, attributes);
    ledger.announce(key, value, [event], nowMs);
    logger.info("Silence is over", { content_type: contentType });
    return;
  }
  const sentence = sentenceOf(silence, [contentType]);
  const level = silence.state === "quiet" ? "warn" : "error";
  const event = collectorEvent(CollectorEventName.silence, level, nowMs, `${id}: ${sentence}`, {
    ...attributes,
    "o365.collector.since": new Date(silence.sinceMs).toISOString(),
  });
  ledger.announce(key, value, [event], nowMs);
  logger[level]("Nothing was collected for long", { content_type: contentType, silence: sentence });
}

function isSilence({ about, state, sinceMs }: Trouble, nowMs: number, { watchdogMs }: HealthThresholds): boolean {
  return state === "quiet" || (about === "listing" && nowMs - sinceMs > watchdogMs);
}

/**
 * Says which periods are missing for good, each part once. A gap that ends where something was listed is said whole; one
 * that still grows, because nothing is listed, hour by hour.
 */
export function announceGaps({ id, ledger, nowMs, isSettled }: Announcing, { facts, gaps }: ContentTypeVerdict): void {
  const { contentType, coverage } = facts;
  const key = `gap ${contentType}`;
  const told = readPeriods(ledger.announced(key));
  const fresh = gaps
    .flatMap((gap) => {
      if (coverage.some(({ fromMs }) => fromMs === gap.toMs)) return [gap];
      return isSettled ? [{ fromMs: gap.fromMs, toMs: Math.floor(gap.toMs / HOUR_MS) * HOUR_MS }] : [];
    })
    .flatMap((gap) => subtractPeriods(gap, told));
  if (fresh.length === 0) return;
  const events = fresh.map(({ fromMs, toMs }): CollectorEvent => {
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    const body = `Gap in the audit trail of ${id}: ${contentType} from ${from} to ${to} was never listed, and the service no longer lists it; an audit search export of that period can be replayed`;
    return collectorEvent(CollectorEventName.gap, "error", nowMs, body, {
      "o365.content_type": contentType,
      "o365.collector.gap.kind": "period",
      "o365.collector.gap.from": from,
      "o365.collector.gap.to": to,
    });
  });
  ledger.announce(key, JSON.stringify(merged([...told, ...fresh])), events, nowMs);
}

function readPeriods(value: string | undefined): readonly Period[] {
  return value === undefined ? [] : JSON.parse(value);
}

function merged(periods: readonly Period[]): readonly Period[] {
  const result: Period[] = [];
  for (const period of periods.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last === undefined || period.fromMs > last.toMs) result.push(period);
    else result[result.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, period.toMs) };
  }
  return result;
}

/** Says which blobs the service gave up. */
export function announceLosses({ id, ledger, nowMs }: Announcing): void {
  const losses = ledger.untoldLosses(LOSSES_AT_A_TIME);
  if (losses.length === 0) return;
  const groups = Map.groupBy(losses, ({ contentType, state }) => `${contentType} ${state}`);
  const events = [...groups.values()].map((group) => lossEvent(id, group, nowMs));
  ledger.announceLosses(losses, events, nowMs);
}

function lossEvent(id: string, losses: readonly Loss[], nowMs: number): CollectorEvent {
  const { contentType, state, reason } = losses[0] ?? { contentType: "", state: "gone", reason: undefined };
  const ids = [...new Set(losses.map(({ contentId }) => contentId))];
  const created = losses.map(({ createdMs }) => createdMs);
  const [from, to] = [Math.min(...created), Math.max(...created)].map((ms) => new Date(ms).toISOString());
  const count = `${ids.length} blob${ids.length === 1 ? "" : "s"}`;
  const body = `Gap in the audit trail of ${id}: the service gave up ${count} of ${contentType} as ${state}, created from ${from} to ${to}${reason === undefined ? "" : `: ${reason}`}`;
  return collectorEvent(CollectorEventName.gap, "error", nowMs, body, {
    "o365.content_type": contentType,
    "o365.collector.gap.kind": "blobs",
    "o365.collector.gap.from": from,
    "o365.collector.gap.to": to,
    "o365.collector.gap.blobs": ids.length,
    "o365.collector.gap.state": state,
    "o365.collector.gap.reason": reason,
    "o365.collector.gap.content_ids": ids.slice(0, NAMED_IDS),
    "o365.collector.gap.branches": [...new Set(losses.map(({ branch }) => branch))],
  });
}
