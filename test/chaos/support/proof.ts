import assert from "node:assert/strict";
import type { KillAt, Sabotage } from "../../../chaos/wrap.ts";
import { runKillCase } from "./kill-scenario.ts";

/** A way to do the collector's work wrongly, and a kill that one survives which does it rightly. */
export interface Proof {
  readonly sabotage: Sabotage;
  readonly title: string;
  readonly kill: KillAt;
}

export const settlesEarly: Proof = {
  sabotage: "settle_early",
  title: "settles before the acknowledgement",
  kill: { step: "settle", when: "after", nth: 1 },
};

export const otherProofs: readonly Proof[] = [
  {
    sabotage: "cover_early",
    title: "counts a window as listed before its pages are stored",
    kill: { step: "addCoverage", when: "after", nth: 10 },
  },
  {
    sabotage: "remember_early",
    title: "remembers records before the acknowledgement",
    kill: { step: "export", when: "before", nth: 1 },
  },
  {
    sabotage: "drop_page",
    title: "drops pages of a listing",
    kill: { step: "addCoverage", when: "after", nth: 10 },
  },
];

/** Runs the same kill twice, once with the fault: the comparison must tell the one from the other. */
export async function expectComparisonToFail({ sabotage, kill }: Proof): Promise<void> {
  const wrong = await runKillCase({ kill, sabotage });
  assert.equal(wrong.failure, undefined);
  assert.ok(wrong.missing > 0, JSON.stringify(wrong));
  const right = await runKillCase({ kill });
  assert.equal(right.failure, undefined);
  assert.deepEqual([right.missing, right.unexplained], [0, 0], JSON.stringify(right));
}
