import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { KillAt } from "../../../chaos/wrap.ts";
import { runKillCase, type KillCase } from "./kill-scenario.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A step of the collector's work at which it dies. */
export interface KillRow {
  readonly step: string;
  readonly at: string;
  readonly case: KillCase;
}

function ledgerStep(step: string, method: KillAt["step"], nth: number, rest: KillCase = {}): KillRow[] {
  return (["before", "after"] as const).map((when) => ({
    step,
    at: `${when} ${method}()`,
    case: { ...rest, kill: { step: method, when, nth } },
  }));
}

/** Another start is allowed 15 minutes after the one that the ledger has noted. */
const unsubscribed: KillCase = { isUnsubscribed: true, downMs: 16 * MINUTE };
/** Everything of the first life is past its time. */
const pruning: KillCase = { laterMs: 9 * DAY };
/** A blob appears in a window that counts as listed for good, and the comparison is due. */
const late: KillCase = {
  laterMs: 11 * MINUTE,
  newContentAgeMs: 150 * MINUTE,
  receiver: { reconcile_interval: "10m" },
};

/** Nobody but the backend knows that it has the records. */
export const answerNotRead: KillRow = {
  step: "exporting",
  at: "accepted, answer not read",
  case: { killAt: { moment: "accepted", nth: 3 } },
};

export const killMatrix: readonly KillRow[] = [
  ...ledgerStep("subscription start", "setSubscriptionStarted", 1, unsubscribed),
  ...ledgerStep("listing", "addListed", 2),
  ...ledgerStep("listing", "addCoverage", 2),
  { step: "fetching", at: "before the answer", case: { killAt: { moment: "download", nth: 3 } } },
  { step: "fetching", at: "in the middle of the body", case: { killAt: { moment: "body", nth: 3 } } },
  { step: "fetching", at: "after the body", case: { kill: { step: "seen", when: "before", nth: 3 } } },
  { step: "exporting", at: "before the request", case: { kill: { step: "export", when: "before", nth: 3 } } },
  answerNotRead,
  { step: "exporting", at: "after the answer", case: { kill: { step: "export", when: "after", nth: 3 } } },
  ...ledgerStep("settling", "remember", 1),
  ...ledgerStep("settling", "settle", 3),
  ...ledgerStep("pruning", "prune", 1, pruning),
  ...ledgerStep("comparing", "addListed", 1, late),
  ...ledgerStep("comparing", "setReconciled", 1, late),
];

/** Runs a row and expects that nothing is missing and nothing came twice without a reason. Returns its line of the table. */
export async function expectNothingLost(t: TestContext, { step, at, case: one }: KillRow): Promise<string> {
  const { failure, wanted, missing, repeated, unexplained } = await runKillCase(one);
  const line = [step.padEnd(18), at.padEnd(32), wanted, missing, repeated, unexplained].join(" | ");
  t.diagnostic(line);
  assert.equal(failure, undefined);
  assert.ok(wanted > 1000, `${wanted} records`);
  assert.equal(missing, 0, `${missing} records are missing`);
  assert.equal(unexplained, 0, `${unexplained} records came again without a reason`);
  return line;
}
