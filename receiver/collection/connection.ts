import type { Dispatcher } from "undici";
import type { Settings } from "../../collector/component.ts";
import { createDispatcher } from "../../collector/http.ts";
import { createApiClient, type ApiClient } from "../api-client.ts";
import { keepConfigured } from "../auth/credential-keeper.ts";
import type { Credentials } from "../auth/credentials.ts";
import { createTokenSource } from "../auth/token-source.ts";
import type { O365Config } from "../config.ts";
import { observedBudget } from "./observed-budget.ts";

/** The API of a tenant, with what it takes to sign in. */
export interface Connection {
  readonly client: ApiClient;
  /** What is tried first to sign in with. */
  readonly certificate: Pick<Credentials, "subject" | "notAfterMs">;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Connections to Entra ID and the API as the configuration wants them.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when a file of `tls` cannot be read.
 */
export function createConnections(config: O365Config): Dispatcher {
  return createDispatcher({
    tls: config.tls,
    proxy: config.proxy,
    connectTimeoutMs: config.connectTimeoutMs,
    idleTimeoutMs: config.requestTimeoutMs,
    http2: false,
    connections: config.concurrency + config.contentTypes.length,
  });
}

/**
 * Makes ready to talk to the tenant; nothing is sent yet.
 *
 * @throws {CollectorError} `OTEL_O365_CREDENTIALS` or `OTEL_O365_CONFIG` when the files it needs cannot be used.
 */
export function connect(settings: Settings, config: O365Config): Connection {
  const { clock, logger } = settings;
  const credentials = keepConfigured(config, clock, settings.reportStatus);
  const [first] = credentials.candidates();
  const dispatcher = createConnections(config);
  const tokens = createTokenSource({ config, dispatcher, clock, logger, credentials });
  const { budget, close: forgetBudget } = observedBudget(settings, config.retry);
  return {
    client: createApiClient({ config, dispatcher, tokens, clock, budget }),
    certificate: first,
    async close() {
      forgetBudget();
      tokens.close();
      await dispatcher.destroy();
    },
  };
}
