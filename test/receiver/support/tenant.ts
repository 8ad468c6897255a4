import { createHash, X509Certificate } from "node:crypto";
import { Agent } from "undici";
import { systemClock, type Clock } from "../../../collector/clock.ts";
import { Secret } from "../../../collector/config/secret.ts";
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
} from "../../../emulator/index.ts";
import { createApiClient, type ApiClient } from "../../../receiver/api-client.ts";
import type { Credentials } from "../../../receiver/auth/credentials.ts";
import { testBudget } from "./budget.ts";
import { createTokenSource, type TokenSource, type TokenSourceOptions } from "../../../receiver/auth/token-source.ts";
import { keepPair } from "../../support/keep-pair.ts";
import { testSettings } from "../../support/test-settings.ts";
import type { Pair } from "./pairs.ts";

/** An emulated tenant, and a client that signs in to it. */
export interface Tenant {
  readonly emulator: Emulator;
  readonly config: TokenSourceOptions["config"] & { readonly publisherId: string };
  readonly dispatcher: Agent;
  readonly tokens: TokenSource;
  readonly client: ApiClient;
  close(): Promise<void>;
}

/** What signing in takes, of a pair. */
export function credentialsOf(pair: Pair): Credentials {
  const hash = (name: string): string => createHash(name).update(pair.certificateDer).digest("hex").toUpperCase();
  const { validToDate, subject } = new X509Certificate(pair.certificatePem);
  return {
    certificatePem: pair.certificatePem,
    privateKeyPem: new Secret(pair.keyPem),
    thumbprintSha1: hash("sha1"),
    thumbprintSha256: hash("sha256"),
    notAfterMs: validToDate.getTime(),
    subject,
  };
}

/** Starts an emulator whose app knows the pair's certificate. */
export async function startTenant(
  pair: Pair,
  options: EmulatorOptions = {},
  overrides: Partial<TokenSourceOptions["config"]> & { readonly clock?: Clock } = {},
): Promise<Tenant> {
  const emulator = await startEmulator(options);
  emulator.registerCertificate(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID, pair.certificatePem);
  const { clock = systemClock, ...rest } = overrides;
  const config = {
    cloud: "commercial" as const,
    tenantId: DEFAULT_TENANT_ID,
    clientId: DEFAULT_CLIENT_ID,
    publisherId: DEFAULT_TENANT_ID,
    thumbprint: "sha256" as const,
    endpoints: { api: emulator.apiRoot, authority: emulator.authority, scope: `${emulator.apiRoot}/.default` },
    requestTimeoutMs: 10_000,
    ...rest,
  };
  const dispatcher = new Agent({ keepAliveTimeout: 10, connect: { ca: emulator.caPem } });
  const tokens = createTokenSource({
    config,
    dispatcher,
    clock,
    logger: testSettings().logger,
    credentials: keepPair(() => credentialsOf(pair)),
  });
  return {
    emulator,
    config,
    dispatcher,
    tokens,
    client: createApiClient({ config, dispatcher, tokens, clock, budget: testBudget(clock) }),
    close: async () => {
      tokens.close();
      await dispatcher.destroy();
      await emulator.close();
    },
  };
}
