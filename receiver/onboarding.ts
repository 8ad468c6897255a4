import type { Dispatcher } from "undici";
import { CollectorError } from "../collector/errors.ts";
import { createDispatcher } from "../collector/http.ts";
import type {
  CertificateDescription,
  FoundTenant,
  IntegrationDescription,
  Onboarding,
  Reachable,
} from "../collector/onboarding.ts";
import { fact, type Fact } from "../collector/preflight/fact.ts";
import { loadCredentials, type CredentialFiles } from "./auth/credentials.ts";
import { discoverTenant } from "./auth/tenant-cloud.ts";
import { CLOUDS, ENDPOINTS, type Cloud } from "./clouds.ts";
import type { O365Config } from "./config.ts";
import { adminConsentUrl, explainConsentError, proveTenant } from "./consent.ts";
import { CONTENT_TYPES } from "./content-types.ts";
import { withTenant } from "./preflight/preflight.ts";
import { failure } from "./preflight/subscriptions.ts";
import { ApiError } from "./wire-errors.ts";

const TITLES: Readonly<Record<Cloud, string>> = {
  commercial: "Commercial (Microsoft 365 worldwide)",
  gcc: "GCC (US government, moderate)",
  gcc_high: "GCC High",
  dod: "DoD",
};

const TIMEOUTS = { connectTimeoutMs: 10_000, idleTimeoutMs: 30_000 } as const;

/** How tenants come and go: see the contract. */
export const onboarding: Onboarding<O365Config> = {
  clouds: CLOUDS.map((cloud) => ({ cloud, title: TITLES[cloud] })),
  contentTypes: CONTENT_TYPES,
  findTenant,
  describe,
  consentUrl: adminConsentUrl,
  explainConsentError,
  proveTenant,
  stopSubscriptions,
};

function describe(config: O365Config, nowMs: number): IntegrationDescription {
  const { cloud, tenantId, clientId, contentTypes, certificateFile, privateKeyFile } = config;
  const files = { certificateFile, privateKeyFile };
  return { cloud, tenantId, clientId, contentTypes, ...files, certificate: certificateOf(files, nowMs) };
}

function certificateOf(files: CredentialFiles, nowMs: number): CertificateDescription | undefined {
  try {
    const { subject, thumbprintSha1, thumbprintSha256, notAfterMs } = loadCredentials(files, nowMs);
    return { subject, thumbprintSha1, thumbprintSha256, notAfterMs };
  } catch (error) {
    if (error instanceof CollectorError) return undefined;
    throw error;
  }
}

/** Connections of somebody who is not configured yet. */
function connections({ proxy, caFile }: Reachable): Dispatcher {
  const tls = { caFile, certFile: undefined, keyFile: undefined, insecureSkipVerify: false };
  return createDispatcher({ ...TIMEOUTS, proxy, tls, http2: false, connections: 2 });
}

async function findTenant(name: string, at: Reachable, signal: AbortSignal): Promise<FoundTenant | undefined> {
  const dispatcher = connections(at);
  const options = { dispatcher, clock: at.clock, requestTimeoutMs: TIMEOUTS.idleTimeoutMs };
  try {
    for (const authority of authoritiesOf(at.cloud)) {
      const found = await discoverTenant(name, { ...options, authority }, signal);
      if (found !== undefined) return { ...found, cloud: CLOUDS.find((cloud) => cloud === found.cloud) };
    }
    return undefined;
  } finally {
    await dispatcher.destroy();
  }
}

/** The Entra ID of the plan, else both: a name may exist in one of them only. */
function authoritiesOf(cloud: string | undefined): readonly string[] {
  const plan = CLOUDS.find((one) => one === cloud);
  if (plan !== undefined) return [ENDPOINTS[plan].authority];
  return [ENDPOINTS.commercial.authority, ENDPOINTS.gcc_high.authority];
}

async function* stopSubscriptions(
  config: O365Config,
  settings: Parameters<Onboarding<O365Config>["stopSubscriptions"]>[1],
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  yield* withTenant(
    config,
    settings,
    async function* ({ client, roles }) {
      for (const contentType of config.contentTypes) {
        try {
          const path = `/subscriptions/stop?contentType=${encodeURIComponent(contentType)}`;
          await client.request("POST", path, `stop subscription "${contentType}"`, signal);
          yield fact("ok", "subscription", "stopped", { subject: contentType });
        } catch (error) {
          const isStopped = error instanceof ApiError && ["not_subscribed", "disabled"].includes(error.kind);
          yield isStopped
            ? fact("ok", "subscription", "was not enabled", { subject: contentType })
            : failure("subscription", contentType, error, { roles }, signal);
        }
      }
    },
    signal,
  );
}
