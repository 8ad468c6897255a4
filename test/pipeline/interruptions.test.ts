import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { DEFAULT_TENANT_ID } from "../../emulator/index.ts";
import { HOUR, idsOf, MINUTE, SECOND, type Trial, withTrial } from "../support/trial.ts";

function assertWhole(trial: Trial): void {
  assert.deepEqual(trial.ids(), idsOf(trial.added));
  assert.deepEqual(trial.blobs(), { delivered: trial.added.length, pending: 0, expired: 0, gone: 0 });
}

suite("A token that expires in the middle of a walk over the pages", () => {
  test("is replaced once, the walk goes on where it was, and nobody is told", () =>
    withTrial({ emulator: { rules: { pageSize: 5 } } }, async (trial) => {
      trial.add(23);
      let revoked = false;
      trial.source.emulator.faults.decideBy(({ operation, target }) => {
        if (operation !== "content" || revoked || !/nextpage/i.test(target)) return undefined;
        revoked = true;
        trial.source.emulator.revokeTokens(DEFAULT_TENANT_ID);
        return undefined;
      });
      await trial.start();
      await trial.delivered();
      await trial.pass(5 * SECOND);
      assertWhole(trial);
      assert.equal(revoked, true);
      assert.equal(trial.requests("token").length, 2);
      const refused = trial.requests().filter(({ status }) => status === 401);
      const pages = refused.filter(({ operation }) => operation === "content");
      assert.equal(pages.length, 1);
      // The downloads that were under way beside it have met the same.
      assert.ok(refused.length <= 1 + 4, `${refused.length} requests were refused`);
      for (const { target } of refused) {
        const again = trial.requests().filter((one) => one.target === target);
        assert.deepEqual(
          again.map(({ status }) => status),
          [401, 200],
        );
      }
      assert.deepEqual(trial.complaints(), []);
    }));

  test("is renewed by itself before its time, over hours of polls", () =>
    withTrial({ emulator: { rules: { tokenLifeMs: 10 * MINUTE, tokenSkewMs: 0 } } }, async (trial) => {
      await trial.start();
      for (let turn = 0; turn < 12; turn += 1) {
        trial.add(1);
        await trial.pass(10 * MINUTE, 2 * MINUTE);
      }
      await trial.delivered();
      assertWhole(trial);
      assert.deepEqual(
        trial.requests().filter(({ status }) => status === 401),
        [],
      );
      assert.deepEqual(trial.complaints(), []);
    }));
});

suite("A stop in the middle of a poll", () => {
  for (const { name, action } of [
    { name: "while a page is on its way", action: { kind: "hang" } },
    { name: "while half a page is there", action: { kind: "stall" } },
  ] as const) {
    test(`${name} ends at once, settles what is in flight, and the rest is collected once after the next start`, () =>
      withTrial({ emulator: { rules: { pageSize: 5 } } }, async (trial) => {
        trial.add(22);
        trial.source.emulator.faults.add({ match: { operation: "content" }, nth: 3, action });
        await trial.start();
        await trial.until(() => trial.ids().length > 0);
        await trial.pass(2 * SECOND, 100);
        const before = trial.clock.now();
        assert.equal(await trial.stop(), true, "everything in flight was settled");
        assert.ok(trial.clock.now() - before < 10 * SECOND, "it did not wait for the page");
        const delivered = trial.ids().length;
        assert.ok(delivered < 22, `${delivered} of 22`);
        assert.equal(trial.blobs().delivered, delivered);
        trial.source.emulator.faults.clear();
        await trial.start();
        await trial.delivered();
        assertWhole(trial);
        assert.deepEqual(trial.complaints(), []);
      }));
  }
});

suite("A backend that answers 503 during the whole run of a window", () => {
  test("gets everything of it once, long after the window is listed no more", async () => {
    let dead = true;
    await withTrial(
      { sink: { answer: () => (dead ? { kind: "status", status: 503 } : { kind: "ok" }) } },
      async (trial) => {
        await trial.start();
        for (let turn = 0; turn < 23; turn += 1) {
          trial.add(3);
          await trial.pass(10 * MINUTE, 5 * MINUTE);
        }
        assert.deepEqual(trial.ids(), []);
        assert.deepEqual(trial.blobs(), { delivered: 0, pending: 69, expired: 0, gone: 0 });
        const [facts] = trial.facts();
        assert.ok((facts?.coverage[0]?.toMs ?? 0) >= trial.clock.now() - 2 * HOUR, "listing went on");
        const complaints = trial.complaints();
        assert.equal(complaints.length, 1, complaints.join("\n"));
        assert.match(String(complaints[0]), /^warn otlp_http: Cannot send logs to .*503/);
        dead = false;
        await trial.delivered();
        assertWhole(trial);
        await trial.until(() => trial.recoveries() > 0);
        assert.equal(trial.complaints().length, 1);
        const verdicts = trial.verdicts();
        assert.equal(verdicts[0]?.state, "degraded", "after 5 minutes");
        assert.equal(verdicts.find(({ state }) => state !== "degraded")?.state, "unhealthy", "after 210");
        assert.match(verdicts[0].troubles, /logs>otlp_http has not delivered .*503 Service Unavailable/);
      },
    );
  });
});

suite("A clock that is set back an hour", () => {
  test("costs nothing, repeats nothing, and storms nobody, when it is right again after two hours", () =>
    withTrial({}, async (trial) => {
      trial.add(5);
      await trial.start();
      await trial.delivered();
      trial.skewMs = -HOUR;
      const before = trial.requests().length;
      for (let turn = 0; turn < 12; turn += 1) {
        trial.add(1);
        await trial.pass(10 * MINUTE, 5 * MINUTE);
      }
      const sent = trial.requests().length - before;
      assert.ok(sent <= 2 * 120 + 12 + 20, `${sent} requests in two hours`);
      trial.skewMs = 0;
      await trial.delivered();
      await trial.pass(5 * MINUTE, MINUTE);
      assertWhole(trial);
      assert.deepEqual(trial.complaints(), []);
    }));
});

suite("A poll that takes longer than its interval", () => {
  test("gets on with the backlog, misses nothing, and does not pile up", () =>
    withTrial({ receiver: { poll_interval: "1s", initial_lookback: "12h" } }, async (trial) => {
      for (let hour = 0; hour < 12; hour += 1) trial.add(1, { ageMs: hour * HOUR + MINUTE });
      trial.source.emulator.faults.add({
        match: { operation: "content" },
        action: { kind: "delay", ms: 60 },
        times: "always",
      });
      await trial.start();
      await trial.until(() => {
        return trial.ids().length === 12;
      });
      assertWhole(trial);
      trial.add(2);
      await trial.delivered();
      assertWhole(trial);
      assert.deepEqual(trial.complaints(), []);
    }));
});
