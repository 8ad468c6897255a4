import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { wrappedCollector } from "../../chaos/collector-process.ts";
import { formatReport } from "../../chaos/report.ts";
import { runChaos } from "../../chaos/run.ts";

suite("runChaos() for a minute", () => {
  test("finds nothing missing and nothing twice without a reason", async (t) => {
    const outcome = await runChaos({ seed: 4, durationMs: 60_000 });
    const report = formatReport(outcome);
    for (const line of report.split("\n")) t.diagnostic(line);
    assert.deepEqual(outcome.failures, [], report);
  });
});

suite("runChaos() of a collector that does its work wrongly", () => {
  for (const sabotage of ["settle_early", "remember_early", "drop_page"] as const) {
    test(`finds records missing after ${sabotage}`, async (t) => {
      const outcome = await runChaos({ seed: 5, durationMs: 8000, program: wrappedCollector({ sabotage }) });
      const missing = outcome.backends.map((backend) => backend.missing);
      t.diagnostic(`missing: ${missing.join(", ")}`);
      assert.ok(Math.max(...missing) > 0, formatReport(outcome));
    });
  }

  test("finds nothing missing when the same collector does it rightly", async () => {
    const outcome = await runChaos({ seed: 5, durationMs: 8000, program: wrappedCollector({}) });
    assert.deepEqual(outcome.failures, [], formatReport(outcome));
  });
});
