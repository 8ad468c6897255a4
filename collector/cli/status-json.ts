import type { ContentTypeVerdict, Trouble } from "../health/judge.ts";
import { printable } from "../printable.ts";
import { scrub } from "../scrub.ts";
import type { Condition, DeadLettered, LedgerOwner, Period } from "../storage/storage.ts";
import type { BranchStatus, StatusReport } from "./status-report.ts";

/** Counts up when a member changes its meaning or goes away; new members come without that. */
const FORMAT_VERSION = 1;

/** The report for programs. The shape is described in docs/operations.md. */
export function statusJson(report: StatusReport): string {
  const { nowMs, directory, ledgerFound, lock, roomFault, state, gap, exitCode, integrations, unconfigured } = report;
  return JSON.stringify(
    {
      version: FORMAT_VERSION,
      time: time(nowMs),
      storage: directory,
      ledger: ledgerFound ? "present" : "absent",
      disk: roomFault ?? null,
      collector: {
        running: lock.running === "unknown" ? null : lock.running === "yes",
        process: lock.process?.pid ?? null,
        host: lock.process?.host ?? null,
        since: lock.process?.startedAt ?? null,
        ending: lock.ending?.kind ?? null,
        until: time(lock.ending?.atMs),
      },
      state,
      gap,
      exit_code: exitCode,
      integrations: integrations.map(({ id, owner, verdict, branches, deadLetters, faults }) => ({
        id: id ?? null,
        ...ownerJson(owner),
        state: verdict.state,
        gap: verdict.gap,
        content_types: verdict.contentTypes.map((one) => contentTypeJson(one, deadLetters, nowMs)),
        faults: faults.map((fault) => faultJson(fault, nowMs)),
        branches: branches.map((branch) => branchJson(branch, nowMs)),
        dead_letters: deadLetters.map(({ contentType, exporter, reason, records }) => ({
          content_type: contentType === "" ? null : contentType,
          exporter,
          reason,
          records,
        })),
      })),
      unconfigured: unconfigured.map(({ owner, contentTypes }) => ({
        ...ownerJson(owner),
        pending: contentTypes.reduce((sum, { pending }) => sum + pending, 0),
      })),
    },
    null,
    2,
  );
}

function faultJson({ component, branch, aspect, status, code, message, sinceMs }: Condition, nowMs: number): unknown {
  return {
    component,
    branch: branch ?? null,
    aspect: aspect ?? null,
    status,
    code: code ?? null,
    since: time(sinceMs),
    age_seconds: age(sinceMs, nowMs),
    message: message === undefined ? null : printable(scrub(message)),
  };
}

function contentTypeJson(verdict: ContentTypeVerdict, deadLetters: readonly DeadLettered[], nowMs: number): unknown {
  const { facts } = verdict;
  const oldestMs = oldestOwedMs(verdict);
  return {
    content_type: facts.contentType,
    configured: verdict.configured,
    state: verdict.state,
    troubles: verdict.troubles.map((trouble) => troubleJson(trouble, nowMs)),
    listed: facts.listed,
    delivered: facts.delivered,
    pending: facts.pending,
    set_aside: facts.setAside,
    expired: facts.expired,
    gone: facts.gone,
    records: facts.records,
    dead_lettered: deadLettered(deadLetters, facts.contentType),
    last_error: facts.lastError === undefined ? null : printable(scrub(facts.lastError)),
    newest_blob: time(facts.newestMs),
    newest_record: time(facts.newestRecordMs),
    lag_seconds: age(facts.newestMs, nowMs),
    oldest_undelivered: time(oldestMs),
    oldest_undelivered_age_seconds: age(oldestMs, nowMs),
    collected_since: time(facts.originMs),
    subscription_started: time(facts.subscriptionStartedMs),
    last_listed: time(verdict.lastListedMs),
    coverage: facts.coverage.map(periodJson),
    gaps: verdict.gaps.map(periodJson),
    backlog: verdict.backlog.map(periodJson),
  };
}

function troubleJson({ about, branch, sinceMs, state, cause }: Trouble, nowMs: number): unknown {
  const text = cause === undefined ? null : printable(scrub(cause));
  return { about, branch: branch ?? null, state, since: time(sinceMs), age_seconds: age(sinceMs, nowMs), cause: text };
}

/** Records of a content type that were ever refused for good, by any exporter. Batches accepted in part hold accepted records too: they do not count. */
export function deadLettered(letters: readonly DeadLettered[], contentType: string): number {
  return letters
    .filter((one) => one.contentType === contentType && one.reason === "refused")
    .reduce((sum, { records }) => sum + records, 0);
}

function branchJson({ name, active, owed, oldestMs, delivered, expired, gone }: BranchStatus, nowMs: number): unknown {
  const oldest = { oldest_owed: time(oldestMs), oldest_owed_age_seconds: age(oldestMs, nowMs) };
  return { name, active, owed, ...oldest, delivered, expired, gone };
}

/** When the oldest blob was created that some branch has not delivered; undefined when there is none. */
export function oldestOwedMs({ facts }: ContentTypeVerdict): number | undefined {
  const created = facts.owed.map(({ oldestCreatedMs }) => oldestCreatedMs);
  return created.length === 0 ? undefined : Math.min(...created);
}

function ownerJson({ cloud, tenantId, clientId }: LedgerOwner): Readonly<Record<string, string>> {
  return { cloud, tenant_id: tenantId, client_id: clientId };
}

function periodJson({ fromMs, toMs }: Period): unknown {
  return { from: time(fromMs), to: time(toMs) };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Whole seconds; 0 for what a clock that was ahead has dated later than now. */
function age(ms: number | undefined, nowMs: number): number | null {
  return ms === undefined ? null : Math.max(0, Math.floor((nowMs - ms) / 1000));
}
