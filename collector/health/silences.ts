import type { LedgerUse } from "../component.ts";
import type { ContentTypeFacts } from "../storage/ledger-facts.ts";
import type { Trouble } from "./judge.ts";
import { lookbackLater } from "./lookback.ts";
import type { HealthThresholds } from "./thresholds.ts";

/** A pause in the content of a content type is unusual when it is longer than the longest known one by this factor. */
const UNUSUAL = 1.5;

/** What silence is judged by, beside the content type itself. */
export interface SilenceContext {
  readonly nowMs: number;
  readonly thresholds: HealthThresholds;
  /** What the configuration says; undefined when there is none. */
  readonly use: LedgerUse | undefined;
  /** Whether any content type of the integration ever had content. */
  readonly hadContent: boolean;
}

/** What is suspicious about a content type that is listed in time and whose listings hold nothing new. */
export function silences(facts: ContentTypeFacts, context: SilenceContext): readonly Trouble[] {
  const { quietAfterMs } = context.thresholds;
  if (quietAfterMs === 0) return [];
  return [...quiet(facts, context), ...empty(facts, context)];
}

/** What used to bring content brings none for longer than ever in the days that the ledger knows. */
function quiet(
  { newestMs, longestPauseMs }: ContentTypeFacts,
  { nowMs, thresholds }: SilenceContext,
): readonly Trouble[] {
  if (newestMs === undefined) return [];
  if (nowMs - newestMs <= Math.max(thresholds.quietAfterMs, (longestPauseMs ?? 0) * UNUSUAL)) return [];
  return [{ about: "quiet", branch: undefined, sinceMs: newestMs, state: "quiet", cause: undefined }];
}

/**
 * Nothing ever came, of no content type: what a tenant whose audit log is switched off looks like. One content type alone may well
 * have none, for example DLP.All where there are no policies.
 */
function empty({ originMs, subscriptionStartedMs }: ContentTypeFacts, context: SilenceContext): readonly Trouble[] {
  const { nowMs, thresholds, hadContent, use } = context;
  if (hadContent || originMs === undefined) return [];
  const sinceMs = Math.max(subscriptionStartedMs ?? 0, lookbackLater(originMs, use, nowMs) || originMs);
  if (nowMs - sinceMs <= thresholds.quietAfterMs) return [];
  return [{ about: "empty", branch: undefined, sinceMs, state: "quiet", cause: undefined }];
}
