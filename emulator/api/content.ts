import { createHash } from "node:crypto";
import { fromStamp, stamp } from "../content/content-id.ts";
import type { Blob } from "../content/store.ts";
import { json, NEXT_PAGE, type Answer } from "../http.ts";
import type { Rules } from "../options.ts";
import { isLostTo, type Subscription } from "../tenant.ts";
import { type ApiContext, formatTime, refuse, type TypedCall } from "./context.ts";
import { activeSubscription } from "./subscriptions.ts";
import { formatLinkTime, type Period, readPeriod } from "./window.ts";

/** Lists the blobs of a window, one page at a time. */
export function listContent(context: ApiContext, request: TypedCall): Answer {
  return listPage(context, request, "content", (blob) => describeBlob(context, request, blob));
}

/** Lists the notifications of a window: one for each blob of a subscription with a webhook. The emulator sends none. */
export function listNotifications(context: ApiContext, request: TypedCall): Answer {
  const { webhook } = activeSubscription(request);
  if (webhook === null) {
    readPeriod(request.call, context.clock.now(), context.rules);
    return json([]);
  }
  return listPage(context, request, "notifications", (blob) => ({
    ...describeBlob(context, request, blob),
    notificationSent: formatTime(blob.group.visibleFromMs),
    notificationStatus: "success",
  }));
}

function listPage(
  context: ApiContext,
  request: TypedCall,
  operation: string,
  describe: (blob: Blob) => object,
): Answer {
  const subscription = activeSubscription(request);
  const now = context.clock.now();
  const period = readPeriod(request.call, now, context.rules);
  const { store } = request.tenant;
  const token = request.call.query.get("nextpage");
  const page =
    token === undefined ? { offset: 0, asOfMs: now, groups: store.groups } : readPageToken(token, request, period);
  const blobs = store
    .list(request.contentType, { ...period, asOfMs: page.asOfMs, groups: page.groups })
    .filter((blob) => !isLost(subscription, blob) && expiryOf(blob, context.rules) > now);
  const next = page.offset + context.rules.pageSize;
  const link = `${request.feed}/subscriptions/${operation}?contenttype=${request.givenType}&starttime=${formatLinkTime(period.startMs)}&endtime=${formatLinkTime(period.endMs)}&nextpage=${formatPageToken({ ...page, offset: next }, request, period)}`;
  return json(blobs.slice(page.offset, next).map(describe), 200, next < blobs.length ? { [NEXT_PAGE]: link } : {});
}

interface Page {
  readonly offset: number;
  /** The state of the store that the first page showed. */
  readonly asOfMs: number;
  readonly groups: number;
}

function formatPageToken(page: Page, request: TypedCall, period: Period): string {
  const name = request.contentType.replace(".", "_");
  return `${stamp(page.asOfMs)}${String(page.groups).padStart(7, "0")}$${page.offset}$${checksum(request, period)}$${name}$emea0036`;
}

function readPageToken(token: string, request: TypedCall, period: Period): Page {
  const [, asOf = "", groups, offset, sum] =
    /^(\d{17})(\d{7})\$(\d{1,9})\$([0-9a-f]{8})\$\w+\$emea0036$/.exec(token) ?? [];
  const page = { offset: Number(offset), asOfMs: fromStamp(asOf), groups: Number(groups) };
  if (Number.isNaN(page.asOfMs) || sum !== checksum(request, period)) {
    throw refuse("AF20031", `Invalid nextPage Input: ${token}.`);
  }
  return page;
}

/** A token is good for the window and the content type that it was made for. */
function checksum(request: TypedCall, period: Period): string {
  const text = [request.tenant.tenantId, request.contentType, period.startMs, period.endMs].join(" ");
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function describeBlob(context: ApiContext, request: TypedCall, blob: Blob): object {
  return {
    contentUri: `${request.feed}/audit/${blob.contentId}`,
    contentId: blob.contentId,
    contentType: request.givenType,
    contentCreated: formatTime(blob.createdMs),
    contentExpiration: formatTime(expiryOf(blob, context.rules)),
  };
}

/** A blob can be fetched for some time after it first appeared, however late that was. */
function expiryOf(blob: Blob, rules: Rules): number {
  return Math.max(blob.createdMs, blob.group.visibleFromMs) + rules.retentionMs;
}

function isLost(subscription: Subscription, blob: Blob): boolean {
  return isLostTo(subscription, blob.group.visibleFromMs);
}

/** Answers with the records of a blob. */
export function retrieveBlob(context: ApiContext, request: TypedCall, contentId: string): Answer {
  const { store } = request.tenant;
  const blob = store.find(contentId);
  if (blob === "malformed") throw refuse("AF20052", `Content ID ${contentId} in the URL is invalid.`);
  const subscription = activeSubscription(request);
  const now = context.clock.now();
  if (blob === "unknown" || blob.group.visibleFromMs > now || isLost(subscription, blob)) throw gone(contentId);
  if (expiryOf(blob, context.rules) <= now) throw expired(contentId);
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body: store.text(blob) };
}

/** The refusal of a blob that does not exist. */
export function gone(contentId: string): ReturnType<typeof refuse> {
  return refuse("AF20050", `The specified content (${contentId}) does not exist.`);
}

/** The refusal of a blob past its time. */
export function expired(contentId: string): ReturnType<typeof refuse> {
  return refuse(
    "AF20051",
    `Content requested with the key ${contentId} has already expired. Content older than 7 days cannot be retrieved.`,
  );
}
