import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import type { KillAt } from "../../chaos/wrap.ts";
import { expectNothingLost, killMatrix } from "./support/kill-matrix.ts";

suite("A collector that is killed at one step of its work and started again", () => {
  const table: string[] = [];
  after(() => {
    console.log(["step | killed | records | missing | came again | without a reason", ...table].join("\n"));
  });

  for (const row of killMatrix) {
    test(`misses nothing after a kill while ${row.step}, ${row.at}`, async (t) => {
      table.push(await expectNothingLost(t, row));
    });
  }

  test("dies at every step of the ledger that changes it while collecting", () => {
    const steps = new Set<KillAt["step"] | undefined>(killMatrix.map((row) => row.case.kill?.step));
    for (const step of ["addListed", "addCoverage", "remember", "settle", "prune", "setSubscriptionStarted"]) {
      assert.ok(steps.has(step), step);
    }
  });
});
