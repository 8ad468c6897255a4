import type { Dispatcher } from "undici";
import { CollectorError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import { createApiClient } from "../api-client.ts";
import { loadCredentials, type Credentials } from "../auth/credentials.ts";
import { createTokenSource } from "../auth/token-source.ts";
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
  const credentials = tryTo(() => loadCredentials(config, settings.clock.now()));
  if (!(credentials instanceof CollectorError)) yield certificateFact(credentials, settings.clock.now());
  const dispatcher = tryTo(() => createConnections(config));
  // The offline check has told what is wrong with the files.
  if (dispatcher instanceof CollectorError) return;
  try {
    const reach = { config, dispatcher, clock: settings.clock };
    const isReached = yield* reachHosts(reach, signal);
    if (!isReached) return;
    yield* findTenant(reach, signal);
    if (credentials instanceof CollectorError) {
      yield fact("fail", "token", "not asked for: the certificate pair cannot be used; see above");
      return;
    }
    yield* checkTenant(config, settings, dispatcher, credentials, signal);
  } finally {
    await dispatcher.destroy();
  }
}

/** What takes a sign-in. */
async function* checkTenant(
  config: O365Config,
  settings: PreflightSettings,
  dispatcher: Dispatcher,
  credentials: Credentials,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const { clock, logger, startSubscriptions } = settings;
  const tokens = createTokenSource({ config, dispatcher, clock, logger, credentials: () => credentials });
  try {
    const token = yield* signIn(tokens, signal);
    if (token === undefined) return;
    const roles = yield* judgeToken(token, config);
    const may = (type: string): boolean => roles === undefined || roles.includes(permissionFor(type));
    const contentTypes = roles?.includes("ActivityFeed.Read") === false ? [] : config.contentTypes.filter(may);
    if (contentTypes.length === 0) return;
    const budget = new RequestBudget({ clock, random: settings.random, backoff: config.retry });
    const client = createApiClient({ config, dispatcher, tokens, clock, budget });
    const subscriptions = yield* checkSubscriptions({ client, contentTypes, start: startSubscriptions, roles }, signal);
    yield* checkContent({ client, subscriptions, roles, nowMs: clock.now() }, signal);
  } finally {
    tokens.close();
  }
}

function tryTo<T>(action: () => T): T | CollectorError {
  try {
    return action();
  } catch (error) {
    if (error instanceof CollectorError) return error;
    throw error;
  }
}
