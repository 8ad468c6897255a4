import { apiError, json, type Answer } from "../http.ts";
import { subscriptionKey, type Subscription, type Tenant } from "../tenant.ts";
import { type ApiCall, type ApiContext, refuse, Refusal, type TypedCall } from "./context.ts";
import { readWebhook } from "./webhook.ts";

/** Starts a subscription, or changes the webhook of one. */
export async function startSubscription(context: ApiContext, request: TypedCall): Promise<Answer> {
  const { tenant } = request;
  const webhook = await readWebhook(request.call.body, context.clock, context.validateWebhook);
  const key = subscriptionKey(request.claims.clientId, request.contentType);
  verifyInterval(context, tenant, key);
  const now = context.clock.now();
  tenant.starts.set(key, now);
  if (!tenant.auditing) return auditingOff(context, request);
  const known = tenant.subscriptions.get(key);
  if (known === undefined) {
    const made: Subscription = {
      contentType: request.givenType,
      status: "enabled",
      webhook,
      disabledSinceMs: undefined,
      lost: [],
    };
    tenant.subscriptions.set(key, made);
    return json(describe(made));
  }
  if (known.status === "enabled" && sameWebhook(known, webhook)) {
    return apiError("AF20024", "The subscription is already enabled. No property change.");
  }
  enable(known, now);
  known.contentType = request.givenType;
  known.webhook = webhook;
  return json(describe(known));
}

function sameWebhook(known: Subscription, webhook: Subscription["webhook"]): boolean {
  return JSON.stringify(known.webhook) === JSON.stringify(webhook);
}

function verifyInterval(context: ApiContext, tenant: Tenant, key: string): void {
  const last = tenant.starts.get(key);
  if (last === undefined) return;
  const waitMs = last + context.rules.startIntervalMs - context.clock.now();
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  const wait = `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  throw new Refusal(
    json({ Message: `Too many frequent subscription start requests. Please retry again after ${wait}` }, 429),
  );
}

function auditingOff(context: ApiContext, { tenant, contentType, claims }: TypedCall): Answer {
  const parts = `[CorrId=${claims.clientId.slice(0, 8)}-0000-0000-0000-000000000000][TenantId=${tenant.tenantId},ContentType=${contentType},ApplicationId=${claims.clientId},PublisherId=${tenant.tenantId}]`;
  const message = `Microsoft.Office.Compliance.Audit.DataServiceException: Tenant ${tenant.tenantId} does not exist.\r\n   at Microsoft.Office.Compliance.Audit.API.StartController.<StartSubscription>d__0.MoveNext()`;
  return apiError(`StartSubscription ${parts}`, `${message}\r\n   at ${new Date(context.clock.now()).toISOString()}`);
}

/** Stops a subscription. What becomes available until the next start is lost to it. */
export function stopSubscription(context: ApiContext, request: TypedCall): Answer {
  const subscription = request.tenant.subscriptions.get(subscriptionKey(request.claims.clientId, request.contentType));
  if (subscription === undefined) throw noSubscription();
  disable(subscription, context.clock.now());
  return { status: 200, headers: {}, body: "" };
}

/** Disables a subscription, as stop does and as the service does by itself now and then. */
export function disable(subscription: Subscription, nowMs: number): void {
  if (subscription.status === "disabled") return;
  subscription.status = "disabled";
  subscription.disabledSinceMs = nowMs;
}

/** Puts a subscription on again. What has appeared while it was off stays lost to it. */
export function enable(subscription: Subscription, nowMs: number): void {
  if (subscription.disabledSinceMs !== undefined) {
    subscription.lost.push({ fromMs: subscription.disabledSinceMs, toMs: nowMs });
  }
  subscription.status = "enabled";
  subscription.disabledSinceMs = undefined;
}

/** The subscriptions of the app, disabled ones too. */
export function listSubscriptions(request: ApiCall): Answer {
  const own = [...request.tenant.subscriptions].filter(([key]) => key.startsWith(`${request.claims.clientId} `));
  return json(own.map(([, subscription]) => describe(subscription)));
}

function describe({ contentType, status, webhook }: Subscription): object {
  return { contentType, status, webhook };
}

function noSubscription(): Refusal {
  return refuse("AF20022", "No subscription found for the specified content type.");
}

/**
 * The subscription through which an app reads a content type.
 *
 * @throws {Refusal} If there is none or it is disabled.
 */
export function activeSubscription(request: TypedCall): Subscription {
  const subscription = request.tenant.subscriptions.get(subscriptionKey(request.claims.clientId, request.contentType));
  if (subscription === undefined) throw noSubscription();
  if (subscription.status === "disabled") throw refuse("AF20023", "The subscription was disabled by a tenant admin.");
  return subscription;
}
