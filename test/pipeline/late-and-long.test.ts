import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { HOUR, idsOf, MINUTE, SECOND, TYPE, withTrial } from "../support/trial.ts";

suite("A long backfill", () => {
  test("does not keep what has just happened waiting, and is not kept waiting for ever by it", () =>
    withTrial({ receiver: { poll_interval: "1s", initial_lookback: "30h" } }, async (trial) => {
      const old = new Set(idsOf(trial.add(300, { ageMs: 26 * HOUR })));
      trial.source.emulator.faults.add({
        match: { operation: "blob" },
        action: { kind: "delay", ms: 25 },
        times: "always",
      });
      await trial.start();
      await trial.until(() => trial.ids().length >= 12);
      const live = trial.add(12);
      const arrived = (): number => trial.ids().filter((id) => !old.has(id)).length;
      const before = trial.ids().length;
      await trial.until(() => arrived() === live.length);
      const meanwhile = trial.ids().length - before - live.length;
      assert.ok(meanwhile < 150, `${meanwhile} of 300 old ones came between the listing and the last of 12 new ones`);
      assert.ok(trial.blobs().pending > 0, "the backfill is not over");
      trial.source.emulator.faults.clear();
      await trial.delivered();
      assert.deepEqual(trial.ids(), idsOf(trial.added));
      assert.deepEqual(trial.complaints(), []);
    }));
});

suite("A blob that was created before what is listed already, and appears later", () => {
  test("is collected with one of the next polls, once", () =>
    withTrial({}, async (trial) => {
      trial.add(3);
      await trial.start();
      await trial.delivered();
      const late = { Id: "late", Operation: "X", RecordType: 25, CreationTime: "2026-07-01T10:00:00" };
      trial.source.emulator.addContent({
        contentType: TYPE,
        records: [JSON.stringify(late)],
        createdMs: trial.clock.now() - 50 * MINUTE,
        visibleFromMs: trial.clock.now() + 3 * MINUTE,
        verbatim: true,
      });
      await trial.pass(2 * MINUTE, 5 * SECOND);
      assert.ok(!trial.ids().includes("late"));
      await trial.until(() => trial.ids().includes("late"));
      await trial.pass(5 * MINUTE, 10 * SECOND);
      assert.deepEqual(trial.ids(), ["late", ...idsOf(trial.added)].toSorted());
      assert.deepEqual(trial.blobs(), { delivered: 4, pending: 0, expired: 0, gone: 0 });
      assert.deepEqual(trial.complaints(), []);
    }));
});
