import { formatDuration } from "../../collector/config/fields.ts";
import { fact, type Fact } from "../../collector/preflight/fact.ts";
import type { ListedContent } from "../../collector/storage/storage.ts";
import type { ApiClient } from "../api-client.ts";
import { clampToReach, WINDOW_MS, windowStart } from "../windows.ts";
import { failure, type CheckedSubscriptions } from "./subscriptions.ts";

export interface ContentCheck {
  readonly client: Pick<ApiClient, "listContentPage" | "openContent">;
  readonly subscriptions: CheckedSubscriptions;
  readonly roles: readonly string[] | undefined;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
/** Of a period that is still growing this many are looked at; whatever is on them is recent enough. */
const MAX_PAGES = 10;
const CHECK_AUDITING =
  'check it in Exchange Online PowerShell with "Get-AdminAuditLogConfig | fl UnifiedAuditLogIngestionEnabled", and turn it on with "Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true"';

/** Looks for the newest content of each type, tells from it whether auditing is on, and tries to fetch a blob. */
export async function* checkContent(check: ContentCheck, signal: AbortSignal): AsyncGenerator<Fact> {
  const { subscriptions, nowMs } = check;
  const found: ListedContent[] = [];
  for (const contentType of subscriptions.enabled) {
    try {
      const newest = await newestContent(contentType, check, signal);
      if (newest !== undefined) found.push(newest);
      yield contentFact(contentType, newest, nowMs);
    } catch (error) {
      yield failure("content", contentType, error, check, signal);
    }
  }
  const newest = newestOf(found);
  yield auditLogFact(newest, subscriptions, nowMs);
  if (newest !== undefined) yield await fetchFact(newest, check, signal);
}

/** The newest blob that is listed: of the last hours, else of the day before, and so on for the 7 days that are kept. */
async function newestContent(
  contentType: string,
  { client, nowMs }: ContentCheck,
  signal: AbortSignal,
): Promise<ListedContent | undefined> {
  const endMs = windowStart(nowMs) + WINDOW_MS;
  const periods = [
    { fromMs: endMs - 2 * WINDOW_MS, toMs: endMs },
    ...Array.from({ length: 7 }, (_, day) => ({ fromMs: endMs - (day + 1) * DAY_MS, toMs: endMs - day * DAY_MS })),
  ];
  for (const period of periods) {
    const reachable = clampToReach(period, nowMs);
    const newest = reachable === undefined ? undefined : await newestOnPages(contentType, reachable, client, signal);
    if (newest !== undefined) return newest;
  }
  return undefined;
}

async function newestOnPages(
  contentType: string,
  first: Parameters<ApiClient["listContentPage"]>[1],
  client: ContentCheck["client"],
  signal: AbortSignal,
): Promise<ListedContent | undefined> {
  const found: ListedContent[] = [];
  let from: typeof first | undefined = first;
  for (let page = 0; page < MAX_PAGES && from !== undefined; page += 1) {
    const { entries, nextPageUri } = await client.listContentPage(contentType, from, signal, "backfill");
    const newest = newestOf(entries);
    if (newest !== undefined) found.push(newest);
    from = nextPageUri;
  }
  return newestOf(found);
}

function newestOf(contents: readonly ListedContent[]): ListedContent | undefined {
  return contents.toSorted((a, b) => b.createdMs - a.createdMs)[0];
}

function contentFact(contentType: string, newest: ListedContent | undefined, nowMs: number): Fact {
  if (newest !== undefined) {
    const fields = { newest_blob: new Date(newest.createdMs).toISOString() };
    return fact("ok", "content", `newest blob ${age(newest, nowMs)} ago`, { subject: contentType, fields });
  }
  if (contentType === "DLP.All") {
    return fact("ok", "content", "none in 7 days, as in any tenant without matches of data loss prevention", {
      subject: contentType,
    });
  }
  return fact(
    "warn",
    "content",
    "none in 7 days; wait up to 12 hours after the first start, else find out whether the tenant uses the service and audits it",
    { subject: contentType },
  );
}

function auditLogFact(
  newest: ListedContent | undefined,
  { enabled, auditingOff }: CheckedSubscriptions,
  nowMs: number,
): Fact {
  if (auditingOff)
    return fact("fail", "audit_log", `is off, or no licence includes it; ${CHECK_AUDITING} (it takes up to an hour)`);
  if (newest !== undefined) return fact("ok", "audit_log", `is on: the newest blob came ${age(newest, nowMs)} ago`);
  const why = enabled.length === 0 ? "before a subscription is enabled" : "from a feed without content";
  return fact("warn", "audit_log", `whether it is on cannot be told ${why}; ${CHECK_AUDITING}`);
}

/** What is listed can be fetched as a rule; not so at the API root of another cloud. */
async function fetchFact(content: ListedContent, check: ContentCheck, signal: AbortSignal): Promise<Fact> {
  try {
    const { stream } = await check.client.openContent(content.uri, signal);
    stream.on("error", () => undefined).destroy();
    return fact("ok", "fetch", "the newest blob can be fetched");
  } catch (error) {
    return failure("fetch", undefined, error, check, signal);
  }
}

/** In minutes; a blob of this minute is 0s old. */
function age({ createdMs }: ListedContent, nowMs: number): string {
  return formatDuration(Math.floor(Math.max(0, nowMs - createdMs) / 60_000) * 60_000);
}
