import { resolve } from "node:path";
import type { CollectorConfig } from "../../config/model.ts";
import { formatPath } from "../../config/problem.ts";
import type { IntegrationDescription } from "../../onboarding.ts";
import { readLedger } from "../../storage/ledger-report.ts";
import { readLock } from "../../storage/lock-holder.ts";
import { reportStatus, type IntegrationStatus } from "../status-report.ts";
import { findDefinition } from "./files.ts";
import type { Integration, Session } from "./session.ts";

/** What is known about an integration without asking anybody. */
export interface IntegrationFacts {
  readonly id: string;
  readonly description: IntegrationDescription;
  /** From the ledger: how collecting went. Undefined for a receiver that keeps none. */
  readonly status: IntegrationStatus | undefined;
  readonly pipelines: readonly string[];
  /** The file of the folder that defines it; undefined when it stands elsewhere in the configuration. */
  readonly file: string | undefined;
  /** What the offline check finds. */
  readonly findings: readonly { readonly severity: "error" | "warning"; readonly message: string }[];
}

/** Facts of some integrations, in the order given. */
export function gatherFacts(
  integrations: readonly Integration[],
  config: CollectorConfig,
  session: Session,
): readonly IntegrationFacts[] {
  const nowMs = session.clock.now();
  const directory = resolve(config.storage.directory);
  const configured = integrations.flatMap(({ id, factory, config: receiver }) => {
    const use = factory.ledgerUse?.(receiver);
    return use === undefined ? [] : [{ id, use }];
  });
  const lock = readLock(directory);
  const report = reportStatus({
    nowMs,
    directory,
    ledger: readLedger(directory),
    lock,
    configured,
    thresholds: config.health,
  });
  return integrations.flatMap(({ id, factory, config: receiver }) => {
    const description = factory.onboarding?.describe(receiver, nowMs);
    if (description === undefined) return [];
    return {
      id,
      description,
      status: report.integrations.find((one) => one.id === id),
      pipelines: config.pipelines.filter(({ receivers }) => receivers.includes(id)).map((pipeline) => pipeline.id),
      file: findDefinition(session.folder, id)?.path,
      findings: (factory.check?.(receiver, nowMs) ?? []).map(({ path, message, severity = "error" }) => ({
        severity,
        message: `${formatPath(path)}: ${message}`,
      })),
    };
  });
}

const DAY_MS = 86_400_000;

/** `364 days`, or why there is nothing to count. */
export function certificateText({ certificate }: IntegrationDescription, nowMs: number): string {
  if (certificate === undefined) return "unusable";
  const days = Math.floor((certificate.notAfterMs - nowMs) / DAY_MS);
  return `${days} day${days === 1 ? "" : "s"}`;
}

/** The facts for programs. */
export function factsJson(facts: IntegrationFacts): unknown {
  const { id, description, status, pipelines, file, findings } = facts;
  const { cloud, tenantId, clientId, contentTypes, certificateFile, privateKeyFile, certificate } = description;
  return {
    id,
    cloud,
    tenant_id: tenantId,
    client_id: clientId,
    content_types: contentTypes,
    certificate_file: certificateFile,
    private_key_file: privateKeyFile,
    certificate:
      certificate === undefined
        ? null
        : {
            subject: certificate.subject,
            thumbprint_sha1: certificate.thumbprintSha1,
            thumbprint_sha256: certificate.thumbprintSha256,
            expires: new Date(certificate.notAfterMs).toISOString(),
          },
    state: status?.verdict.state ?? null,
    gap: status?.verdict.gap ?? null,
    pipelines,
    file: file ?? null,
    findings,
  };
}
