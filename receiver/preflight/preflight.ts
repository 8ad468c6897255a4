import type { Dispatcher } from "undici";
import type { Secret } from "../../collector/config/secret.ts";
import { checkTls } from "../../collector/check-tls.ts";
import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import { createApiClient, type ApiClient } from "../api-client.ts";
import { keepConfigured, type CredentialKeeper } from "../auth/credential-keeper.ts";
import { readClaims } from "../auth/token-claims.ts";
import { createTokenSource, type TokenSource } from "../auth/token-source.ts";
import { createConnections } from "../collection/connection.ts";
import type { O365Config } from "../config.ts";
import { permissionFor } from "../content-types.ts";
import { RequestBudget } from "../request-budget.ts";
import { checkContent } from "./content.ts";
import { reachHosts } from "./reach.ts";
import { certificateFact, judgeToken, signIn } from "./sign-in.ts";
import { checkSubscriptions } from "./subscriptions.ts";
import { findTenant } from "./tenant.ts";

/** Everything that has to be right before the tenant can be collected, outermost first. */
export async function* preflight(
  config: O365Config,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const fallbacks: string[] = [];
  // A status of the keeper says that another pair than the first one signed in.
  const credentials = keepConfigured(config, settings.clock, ({ message = "" }) => fallbacks.push(message));
  const candidates = tryTo(() => credentials.candidates());
  if (!(candidates instanceof CollectorError)) {
    for (const pair of candidates) yield certificateFact(pair, settings.clock.now());
  }
  const dispatcher = tryTo(() => createConnections(config));
  if (dispatcher instanceof CollectorError) {
    // Of the files of tls, the offline check has told already.
    const isTold = checkTls(config.tls).some(({ severity }) => severity !== "warning");
    if (!isTold) yield fact("fail", "connection", dispatcher.message);
    return;
  }
  try {
    const reach = { config, dispatcher, clock: settings.clock };
    const isReached = yield* reachHosts(reach, signal);
    if (!isReached) return;
    yield* findTenant(reach, signal);
    if (candidates instanceof CollectorError) {
      yield fact("fail", "token", "not asked for: the certificate pair cannot be used; see above");
      return;
    }
    for await (const one of checkTenant(config, settings, dispatcher, credentials, signal)) {
      yield one;
      for (const message of fallbacks.splice(0)) yield fact("warn", "certificate", message);
    }
  } finally {
    await dispatcher.destroy();
  }
}

/** What takes a sign-in. */
async function* checkTenant(
  config: O365Config,
  settings: PreflightSettings,
  dispatcher: Dispatcher,
  credentials: CredentialKeeper,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const { clock, startSubscriptions } = settings;
  const tokens = tokensOf(config, settings, dispatcher, credentials);
  try {
    const token = yield* signIn(tokens, signal);
    if (token === undefined) return;
    const roles = yield* judgeToken(token, config);
    const may = (type: string): boolean => roles === undefined || roles.includes(permissionFor(type));
    const contentTypes = roles?.includes("ActivityFeed.Read") === false ? [] : config.contentTypes.filter(may);
    if (contentTypes.length === 0) return;
    const client = clientOf(config, settings, dispatcher, tokens);
    const subscriptions = yield* checkSubscriptions({ client, contentTypes, start: startSubscriptions, roles }, signal);
    yield* checkContent({ client, subscriptions, roles, nowMs: clock.now() }, signal);
  } finally {
    tokens.close();
  }
}

/** The tenant's API, signed in to. */
export interface SignedIn {
  readonly client: ApiClient;
  readonly token: Secret;
  /** What the token permits, when that can be read. */
  readonly roles: readonly string[] | undefined;
}

/** Signs in to the tenant for some work; when that fails, the only fact says why. */
export async function* withTenant(
  config: O365Config,
  settings: PreflightSettings,
  work: (tenant: SignedIn) => AsyncIterable<Fact> | Iterable<Fact>,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const credentials = keepConfigured(config, settings.clock, () => {});
  const dispatcher = tryTo(() => {
    credentials.candidates();
    return createConnections(config);
  });
  if (dispatcher instanceof CollectorError) {
    yield fact("fail", "configuration", dispatcher.message);
    return;
  }
  const tokens = tokensOf(config, settings, dispatcher, credentials);
  try {
    const token = yield* signIn(tokens, signal);
    if (token === undefined) return;
    const client = clientOf(config, settings, dispatcher, tokens);
    yield* work({ client, token, roles: readClaims(token)?.roles });
  } finally {
    tokens.close();
    await dispatcher.destroy();
  }
}

function tokensOf(
  config: O365Config,
  { clock, logger }: PreflightSettings,
  dispatcher: Dispatcher,
  credentials: CredentialKeeper,
): TokenSource {
  return createTokenSource({ config, dispatcher, clock, logger, credentials });
}

/** A budget of its own: it sends a few requests, and none of them is worth holding back. */
function clientOf(
  config: O365Config,
  { clock, random }: PreflightSettings,
  dispatcher: Dispatcher,
  tokens: TokenSource,
): ApiClient {
  const budget = new RequestBudget({ clock, random, backoff: config.retry });
  return createApiClient({ config, dispatcher, tokens, clock, budget });
}

function tryTo<T>(action: () => T): T | CollectorError {
  try {
    return action();
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
}
