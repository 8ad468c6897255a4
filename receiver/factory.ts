import type { ReceiverFactory } from "../collector/component.ts";
import { checkTls } from "../collector/check-tls.ts";
import { pairsOf } from "./auth/credential-keeper.ts";
import { certificateExpiry, checkCredentials } from "./auth/credentials.ts";
import { checkEndpoints } from "./clouds.ts";
import { config, type O365Config } from "./config.ts";
import { onboarding } from "./onboarding.ts";
import { preflight } from "./preflight/preflight.ts";
import { createO365Receiver } from "./receiver.ts";
import { createFilesReplay } from "./replay/files/files-replay.ts";
import { createPeriodReplay } from "./replay/period-replay.ts";

/** The `o365` receiver: the audit log of one Office 365 tenant. */
export const factory: ReceiverFactory<O365Config> = {
  kind: "receiver",
  type: "o365",
  description: "Collects the audit log of an Office 365 tenant from the Management Activity API",
  stability: "alpha",
  config,
  check: (value, nowMs) => [
    ...checkCredentials(value, nowMs),
    ...value.fallbackCertificates.flatMap((files, index) =>
      // Never an error: an old pair may have ended, and the first one decides whether anything is collected.
      checkCredentials(files, nowMs).map((problem) => ({
        ...problem,
        path: ["fallback_certificates", index, ...problem.path],
        severity: "warning" as const,
      })),
    ),
    ...checkEndpoints(value.cloud, value.endpoints),
    ...checkTls(value.tls),
  ],
  preflight,
  onboarding,
  stateKey: ({ cloud, tenantId, clientId }) => `cloud ${cloud}, tenant ${tenantId}, application ${clientId}`,
  ledgerUse: ({ cloud, tenantId, clientId, contentTypes, pollIntervalMs, initialLookbackMs, relistMs }) => ({
    owner: { cloud, tenantId, clientId },
    contentTypes,
    pollIntervalMs,
    initialLookbackMs,
    relistMs,
  }),
  expiries(value, nowMs) {
    const expiries = pairsOf(value).flatMap((files) => certificateExpiry(files, nowMs) ?? []);
    // The one that ends last: a pair that is about to be retired is no trouble while another goes on.
    return expiries.toSorted((one, other) => other.notAfterMs - one.notAfterMs).slice(0, 1);
  },
  create: createO365Receiver,
  createReplay: (settings, value, branches, request) =>
    request.kind === "period"
      ? createPeriodReplay(settings, value, branches, request)
      : createFilesReplay(settings, value, branches, request),
};
