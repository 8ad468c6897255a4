import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact } from "../../collector/preflight/fact.ts";
import type { ApiClient } from "../api-client.ts";
import type { Subscription } from "../api-answers.ts";
import { ApiError } from "../wire-errors.ts";

export interface SubscriptionCheck {
  readonly client: Pick<ApiClient, "listSubscriptions" | "startSubscription">;
  /** Those that the app may read. */
  readonly contentTypes: readonly string[];
  readonly start: boolean;
  /** Permissions that the token is known to carry. */
  readonly roles: readonly string[] | undefined;
}

/** What came of the check. */
export interface CheckedSubscriptions {
  readonly enabled: readonly string[];
  /** A start was refused in the way that says so. */
  readonly auditingOff: boolean;
}

/** Looks at the subscriptions, and starts what is missing if it may. */
export async function* checkSubscriptions(
  check: SubscriptionCheck,
  signal: AbortSignal,
): AsyncGenerator<Fact, CheckedSubscriptions> {
  let listed: readonly Subscription[];
  try {
    listed = await check.client.listSubscriptions(signal);
  } catch (error) {
    yield failure("subscription", undefined, error, check, signal);
    return { enabled: [], auditingOff: false };
  }
  const enabled: string[] = [];
  let auditingOff = false;
  for (const contentType of check.contentTypes) {
    const known = listed.find((one) => one.contentType.toLowerCase() === contentType.toLowerCase());
    if (known !== undefined && known.status !== "disabled") {
      enabled.push(contentType);
      yield fact(
        "ok",
        "subscription",
        known.status === "enabled" ? "enabled" : "exists; the API does not say how it is",
        {
          subject: contentType,
        },
      );
    } else if (!check.start) {
      yield notStarted(contentType, known);
    } else {
      const outcome = await start(contentType, check, signal);
      yield outcome.fact;
      if (outcome.enabled) enabled.push(contentType);
      auditingOff ||= outcome.auditingOff;
    }
  }
  return { enabled, auditingOff };
}

function notStarted(contentType: string, known: Subscription | undefined): Fact {
  const state =
    known === undefined
      ? "was never started with this app"
      : "is disabled, and what becomes available until its next start is lost for good";
  return fact("warn", "subscription", `${state}; the collector starts it, or this command with --start-subscriptions`, {
    subject: contentType,
  });
}

async function start(
  contentType: string,
  check: SubscriptionCheck,
  signal: AbortSignal,
): Promise<{ readonly fact: Fact; readonly enabled: boolean; readonly auditingOff: boolean }> {
  try {
    await check.client.startSubscription(contentType, signal);
    const message = "started; the first content can take up to 12 hours";
    return { fact: fact("ok", "subscription", message, { subject: contentType }), enabled: true, auditingOff: false };
  } catch (error) {
    const kind = error instanceof ApiError ? error.kind : undefined;
    if (kind === "already_enabled") {
      const message = "enabled";
      return { fact: fact("ok", "subscription", message, { subject: contentType }), enabled: true, auditingOff: false };
    }
    const seen = failure("subscription", contentType, error, check, signal);
    return { fact: seen, enabled: false, auditingOff: kind === "auditing_off" };
  }
}

/** The fact of a failed call. */
export function failure(
  name: string,
  subject: string | undefined,
  error: unknown,
  { roles }: Pick<SubscriptionCheck, "roles">,
  signal: AbortSignal,
): Fact {
  signal.throwIfAborted();
  if (!(error instanceof CollectorError)) throw error;
  const more = subject === undefined ? {} : { subject };
  if (!(error instanceof ApiError)) return fact("fail", name, error.message, { ...more, fields: { code: error.code } });
  const fields = { code: error.apiCode ?? error.kind, status: error.status };
  const level = error.kind === "start_throttled" || error.kind === "throttled" ? "warn" : "fail";
  return fact(level, name, `${error.message}${contradiction(error, roles)}`, { ...more, fields });
}

/** The service misses what the token is known to carry: it is not the one that the token is for. */
function contradiction({ permissionsSeen }: ApiError, roles: readonly string[] | undefined): string {
  if (permissionsSeen === undefined || roles === undefined || roles.length <= permissionsSeen.length) return "";
  return `; the token carries ${roles.join(", ")}, so this is the API root of another cloud: check cloud and endpoints::api`;
}
