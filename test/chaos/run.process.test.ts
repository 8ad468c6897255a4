import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatReport } from "../../chaos/report.ts";
import { runChaos } from "../../chaos/run.ts";

suite("runChaos()", () => {
  for (const seed of [1, 2, 3]) {
    test(`finds nothing missing and nothing twice without a reason, seed ${seed}`, async (t) => {
      const outcome = await runChaos({ seed, durationMs: 5000 });
      const report = formatReport(outcome);
      for (const line of report.split("\n")) t.diagnostic(line);
      assert.deepEqual(outcome.failures, [], report);
      assert.ok(outcome.backends.length === 2 && outcome.backends.every(({ wanted }) => wanted > 500), report);
    });
  }
});
