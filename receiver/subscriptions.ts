import type { Clock } from "../collector/clock.ts";
import type { Ledger } from "../collector/storage/storage.ts";
import type { ApiClient } from "./api-client.ts";
import { SignInError, SignInUnavailableError } from "./auth/sign-in-error.ts";
import { permissionFor } from "./content-types.ts";
import { ApiError } from "./wire-errors.ts";

/**
 * Shortest time between two starts of one subscription. A request within it is refused, with the time that is left.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
export const START_INTERVAL_MS: number = 15 * 60_000;

/** How a content type's subscription is. Everything but `active` has a time from which on another look is useful. */
export type SubscriptionOutcome =
  | { readonly state: "active"; readonly started: boolean }
  | {
      /**
       * `waiting`: the 15-minute rule forbids a start now. `denied`: the app lacks the permission. `auditing_off`: the tenant
       * records nothing yet. `failed`: the start failed otherwise.
       */
      readonly state: "waiting" | "denied" | "auditing_off" | "failed";
      readonly retryAtMs: number;
      /** What was seen and what to do about it. */
      readonly message: string;
      readonly error: ApiError | undefined;
    };

export interface SubscriptionOptions {
  readonly client: Pick<ApiClient, "listSubscriptions" | "startSubscription">;
  readonly ledger: Pick<Ledger, "subscriptionStartedMs" | "setSubscriptionStarted">;
  readonly clock: Clock;
  /** Content types whose listing was refused as not subscribed or disabled: started even where the list says "enabled". */
  readonly refused?: ReadonlySet<string>;
  /** Where an administrator grants permissions; goes into the message of `denied`. */
  readonly consentUrl?: string;
}

/**
 * Makes sure that the subscriptions are on: looks at the list first and starts only what is missing or disabled, none
 * twice within 15 minutes.
 *
 * @returns One outcome per content type, in the same order.
 * @throws {ApiError} When the subscriptions cannot be listed; a missing permission is an outcome instead.
 * @throws {Error} What else ApiClient throws.
 */
export async function ensureSubscriptions(
  options: SubscriptionOptions,
  contentTypes: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SubscriptionOutcome>> {
  const enabled = await enabledTypes(options, signal).catch((error: unknown) => {
    if (error instanceof ApiError && error.kind === "forbidden_permission") return error;
    throw error;
  });
  const outcomes = new Map<string, SubscriptionOutcome>();
  for (const contentType of contentTypes) {
    if (enabled instanceof ApiError) outcomes.set(contentType, stopped(options, contentType, enabled));
    else if (enabled.has(contentType.toLowerCase()) && options.refused?.has(contentType) !== true) {
      outcomes.set(contentType, { state: "active", started: false });
    } else outcomes.set(contentType, await start(options, contentType, signal));
  }
  return outcomes;
}

/** Content types in lower case: the service ignores their case. One without a status is taken as enabled, its listing will tell. */
async function enabledTypes({ client }: SubscriptionOptions, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const subscriptions = await client.listSubscriptions(signal);
  return new Set(
    subscriptions.filter(({ status }) => status !== "disabled").map(({ contentType }) => contentType.toLowerCase()),
  );
}

async function start(
  options: SubscriptionOptions,
  contentType: string,
  signal: AbortSignal,
): Promise<SubscriptionOutcome> {
  const { client, ledger, clock } = options;
  const now = clock.now();
  let lastMs = ledger.subscriptionStartedMs(contentType);
  if (lastMs !== undefined && lastMs > now) {
    // The clock was ahead at that time; how long ago it was, nobody knows.
    lastMs = now;
    ledger.setSubscriptionStarted(contentType, now);
  }
  if (lastMs !== undefined && now < lastMs + START_INTERVAL_MS) return waiting(contentType, lastMs + START_INTERVAL_MS);
  // Before the request: a crash in between must not lead to a second start.
  ledger.setSubscriptionStarted(contentType, now);
  try {
    await client.startSubscription(contentType, signal);
    return { state: "active", started: true };
  } catch (error) {
    if (error instanceof SignInError || error instanceof SignInUnavailableError) {
      // Without a token nobody was asked: what is collected by nobody for 15 minutes would be lost for nothing.
      ledger.setSubscriptionStarted(contentType, lastMs ?? now - START_INTERVAL_MS);
    }
    if (!(error instanceof ApiError)) throw error;
    if (error.kind === "already_enabled") return { state: "active", started: false };
    if (error.kind === "start_throttled" && error.retryAfterMs !== undefined) {
      // The service counts from a start before this one. What it collects is lost until then: not a minute more of that.
      ledger.setSubscriptionStarted(contentType, Math.min(now, clock.now() + error.retryAfterMs - START_INTERVAL_MS));
    }
    return stopped(options, contentType, error);
  }
}

function waiting(contentType: string, retryAtMs: number): SubscriptionOutcome {
  return {
    state: "waiting",
    retryAtMs,
    message: `Cannot start subscription "${contentType}" yet: the API allows one start in 15 minutes; nothing to do: it is started at ${new Date(retryAtMs).toISOString()}`,
    error: undefined,
  };
}

function stopped(
  { clock, consentUrl }: SubscriptionOptions,
  contentType: string,
  error: ApiError,
): SubscriptionOutcome {
  const state = STATE_OF_KIND[error.kind] ?? "failed";
  const where = consentUrl === undefined ? "" : `, which an administrator consents to at ${consentUrl}`;
  const hint = `; "${contentType}" needs ${permissionFor(contentType)}${where}`;
  return {
    state,
    retryAtMs: clock.now() + (error.retryAfterMs ?? START_INTERVAL_MS),
    message: state === "denied" ? `${error.message}${hint}` : error.message,
    error,
  };
}

const STATE_OF_KIND: Readonly<Partial<Record<ApiError["kind"], "waiting" | "denied" | "auditing_off">>> = {
  start_throttled: "waiting",
  forbidden_permission: "denied",
  auditing_off: "auditing_off",
};
