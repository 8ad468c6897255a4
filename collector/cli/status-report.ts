import type { LedgerUse } from "../component.ts";
import { judgeIntegration, worst, type IntegrationVerdict, type State } from "../health/judge.ts";
import type { HealthThresholds } from "../health/thresholds.ts";
import type { BranchFacts, IntegrationFacts } from "../storage/ledger-facts.ts";
import type { LedgerFacts } from "../storage/ledger-report.ts";
import type { LockHolder } from "../storage/lock-holder.ts";
import type { Condition, DeadLettered, LedgerOwner } from "../storage/storage.ts";
import { ExitCode } from "./exit-code.ts";

/** An integration as the configuration names it. */
export interface ConfiguredIntegration {
  /** As in YAML: "o365/contoso". */
  readonly id: string;
  readonly use: LedgerUse;
}

/** All that `otel-o365 status` has to say. */
export interface StatusReport {
  readonly nowMs: number;
  /** Absolute path of `storage::directory`. */
  readonly directory: string;
  readonly ledgerFound: boolean;
  /** A collector runs on the folder, and its ledger is not there: it was deleted or moved away. */
  readonly ledgerGone: boolean;
  readonly lock: LockHolder;
  /** Why the disk of the folder has too little room; undefined when it has enough, or there is no folder. */
  readonly roomFault: string | undefined;
  readonly state: State;
  readonly gap: boolean;
  readonly exitCode: ExitCode;
  readonly integrations: readonly IntegrationStatus[];
  /** What the ledger holds of integrations that the configuration does not name; they are not judged. */
  readonly unconfigured: readonly IntegrationFacts[];
}

export interface IntegrationStatus {
  /** As in YAML; without a configuration the one that the ledger remembers, undefined when it does not. */
  readonly id: string | undefined;
  readonly owner: LedgerOwner;
  readonly verdict: IntegrationVerdict;
  readonly branches: readonly BranchStatus[];
  /** Records of it that were ever set aside in dead-letter files. */
  readonly deadLetters: readonly DeadLettered[];
  /** What components of the running collector report right now and no trouble of the verdict quotes: too young to count. */
  readonly faults: readonly Condition[];
}

/** A branch and what it still owes. */
export interface BranchStatus extends BranchFacts {
  readonly owed: number;
  /** When the oldest owed blob was created; undefined when none is owed. */
  readonly oldestMs: number | undefined;
}

export interface StatusSources {
  readonly nowMs: number;
  readonly directory: string;
  /** Undefined when there is no ledger yet. */
  readonly ledger: LedgerFacts | undefined;
  readonly lock: LockHolder;
  readonly roomFault?: string | undefined;
  /** Undefined when no configuration was given. */
  readonly configured: readonly ConfiguredIntegration[] | undefined;
  readonly thresholds: HealthThresholds;
}

/** A collector that starts has its lock before its ledger. */
const STARTING_MS = 10_000;

/** Judges every integration that is configured or, without a configuration, that the ledger knows. */
export function reportStatus(sources: StatusSources): StatusReport {
  const { nowMs, directory, ledger, lock, roomFault, configured, thresholds } = sources;
  const { integrations: stored = [], conditions = [], deadLetters = [] } = ledger ?? {};
  const known = new Map(stored.map((facts) => [ownerKey(facts.owner), facts]));
  const startedMs = lock.running === "yes" ? Date.parse(lock.process?.startedAt ?? "") : Number.NaN;
  const runningSinceMs = Number.isNaN(startedMs) ? undefined : startedMs;
  const surroundings = { nowMs, runningSinceMs, conditions, thresholds };
  const one = (
    id: string | undefined,
    owner: LedgerOwner,
    facts?: IntegrationFacts,
    use?: LedgerUse,
  ): IntegrationStatus => {
    // Conditions are stored under the id that the integration had when it was collected last.
    const component = facts?.component ?? id;
    const verdict = judgeIntegration(component, facts, use, surroundings);
    return {
      id,
      owner,
      verdict,
      branches: (facts?.branches ?? []).map((branch) => branchStatus(branch, facts)),
      deadLetters: deadLetters.filter((letters) => letters.component === component),
      faults: lock.running === "yes" ? faultsOf(component, verdict, conditions) : [],
    };
  };
  const integrations =
    configured?.map(({ id, use }) => one(id, use.owner, known.get(ownerKey(use.owner)), use)) ??
    stored.map((facts) => one(facts.component, facts.owner, facts));
  const named = new Set(integrations.map(({ owner }) => ownerKey(owner)));
  const ledgerGone = ledger === undefined && runningSinceMs !== undefined && nowMs - runningSinceMs > STARTING_MS;
  const state = worst(integrations.map(({ verdict }) => verdict.state));
  const gap = integrations.some(({ verdict }) => verdict.gap);
  return {
    nowMs,
    directory,
    ledgerFound: ledger !== undefined,
    ledgerGone,
    lock,
    roomFault,
    state,
    gap,
    exitCode: exitCodeOf({
      nothingToRead: ledger === undefined && configured === undefined,
      isBad: ledgerGone || gap || state === "unhealthy" || state === "bad_credentials",
      isLate: roomFault !== undefined || state === "degraded" || state === "quiet",
      lock,
    }),
    integrations,
    unconfigured: stored.filter(({ owner }) => !named.has(ownerKey(owner))),
  };
}

function faultsOf(
  id: string | undefined,
  { branches, contentTypes }: IntegrationVerdict,
  conditions: readonly Condition[],
): readonly Condition[] {
  const quoted = new Set(contentTypes.flatMap(({ troubles }) => troubles.map(({ cause }) => cause)));
  const exporters = branches.map((branch) => branch.slice(branch.indexOf(">") + 1));
  return conditions.filter(({ component, branch, message }) => {
    if (message === undefined || quoted.has(message)) return false;
    return branch === undefined ? component === id || exporters.includes(component) : branches.includes(branch);
  });
}

/**
 * The first that holds, gravest first. Whoever names a folder by itself means one that has a ledger: nothing there is most likely a
 * wrong path. A collector that does not run is said before what follows from it, and not only once that has lasted.
 */
function exitCodeOf(found: {
  readonly nothingToRead: boolean;
  readonly isBad: boolean;
  readonly isLate: boolean;
  readonly lock: LockHolder;
}): ExitCode {
  const { running, ending } = found.lock;
  if (found.nothingToRead) return ExitCode.failure;
  if (found.isBad) return ExitCode.unhealthy;
  if (running === "no") return ending?.kind === "stopped" ? ExitCode.stopped : ExitCode.notRunning;
  return found.isLate ? ExitCode.degraded : ExitCode.ok;
}

function branchStatus(branch: BranchFacts, facts: IntegrationFacts | undefined): BranchStatus {
  const owed = (facts?.contentTypes ?? []).flatMap((one) => one.owed.filter((each) => each.branch === branch.name));
  return {
    ...branch,
    owed: owed.reduce((sum, { blobs }) => sum + blobs, 0),
    oldestMs: owed.length === 0 ? undefined : Math.min(...owed.map(({ oldestCreatedMs }) => oldestCreatedMs)),
  };
}

function ownerKey({ cloud, tenantId, clientId }: LedgerOwner): string {
  return JSON.stringify([cloud, tenantId, clientId]);
}
