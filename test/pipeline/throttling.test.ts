import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FaultAction } from "../../emulator/faults/fault.ts";
import { idsOf, MINUTE, SECOND, sharedTrial, withTrial } from "../support/trial.ts";

const ALL_TYPES = ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General", "DLP.All"];

const AF429 = { error: { code: "AF429", message: "Too many requests. Method=GetContents, PublisherId=x" } };

/** The forms in which the service says "too many requests". `waitS`: what it asks for. */
const REFUSALS: readonly { readonly name: string; readonly action: FaultAction; readonly waitS: number }[] = [
  { name: "403 AF429", action: { kind: "throttle", status: 403 }, waitS: 0 },
  { name: "403 AF429 with Retry-After", action: { kind: "throttle", status: 403, retryAfterSeconds: 40 }, waitS: 40 },
  { name: "429 AF429", action: { kind: "throttle", status: 429 }, waitS: 0 },
  { name: "429 AF429 with Retry-After", action: { kind: "throttle", status: 429, retryAfterSeconds: 40 }, waitS: 40 },
  { name: "429 without a body", action: { kind: "respond", status: 429, body: "" }, waitS: 0 },
  {
    name: "429 without a body, with Retry-After",
    action: { kind: "respond", status: 429, headers: { "retry-after": "40" }, body: "" },
    waitS: 40,
  },
  { name: "503 AF429", action: { kind: "respond", status: 503, body: AF429 }, waitS: 0 },
  {
    name: "503 AF429 with Retry-After",
    action: { kind: "respond", status: 503, headers: { "retry-after": "40" }, body: AF429 },
    waitS: 40,
  },
  { name: "200 with AF429 in place of an array", action: { kind: "error_object", code: "AF429" }, waitS: 0 },
];

suite("20 seconds of nothing but refusals, for five content types", () => {
  const next = sharedTrial({ receiver: { content_types: ALL_TYPES, poll_interval: "5s" } });
  for (const { name, action, waitS } of REFUSALS) {
    test(`${name}: at most one request a second goes to the tenant, one line says so, and everything arrives afterwards`, async () => {
      const trial = next();
      const { faults } = trial.source.emulator;
      trial.add(3);
      trial.add(2, { contentType: "Audit.Exchange" });
      const refused = (): number => trial.requests().filter(({ fault }) => fault !== undefined).length;
      const before = refused();
      faults.add({ match: { operation: ["list", "start", "content", "blob"] }, action, times: "always" });
      await trial.until(() => refused() > before, 100);
      await trial.pass(20 * SECOND, 250);
      const sent = refused() - before;
      assert.ok(sent >= 1 && sent <= 20, `${sent} requests in 20 seconds`);
      if (waitS > 0)
        assert.ok(sent <= ALL_TYPES.length, `${sent} requests although the service asked for ${waitS} seconds`);
      const [complaint, ...more] = trial.complaints();
      assert.match(
        String(complaint),
        /^warn requests: Cannot .*(?:too many requests|status 429).*; nothing to do: it is tried again more slowly/,
      );
      assert.deepEqual(more, []);

      faults.clear();
      await trial.delivered();
      assert.deepEqual(trial.ids(), idsOf(trial.added));
      assert.deepEqual(trial.blobs(), { delivered: trial.added.length, pending: 0, expired: 0, gone: 0 });
      await trial.until(() => trial.recoveries() > 0);
      assert.equal(trial.complaints().length, 1);
    });
  }
});

suite("A refusal in the middle", () => {
  for (const { name, action, waitS } of REFUSALS.filter((one) => one.waitS > 0)) {
    test(`${name}: nothing more is begun before the time is over`, () =>
      withTrial({}, async (trial) => {
        await trial.start();
        await trial.until(() => trial.facts().length > 0);
        trial.add(6);
        trial.source.emulator.faults.add({ match: { operation: "blob" }, action });
        const refused = (): number => trial.requests("blob").findIndex(({ fault }) => fault !== undefined);
        await trial.until(() => refused() >= 0, 200);
        const atMs = trial.requests("blob")[refused()]?.timeMs ?? 0;
        await trial.delivered(500);
        assert.deepEqual(trial.ids(), idsOf(trial.added));
        const meanwhile = trial.requests().filter(({ timeMs }) => timeMs > atMs && timeMs < atMs + waitS * SECOND);
        assert.ok(
          meanwhile.length <= 4,
          `${meanwhile.length} requests; three blobs and a list may have been under way`,
        );
      }));
  }

  test("503 with Retry-After in place of every blob: nobody storms the service", () =>
    withTrial({}, async (trial) => {
      trial.add(50);
      const action: FaultAction = { kind: "respond", status: 503, headers: { "retry-after": "30" }, body: "" };
      trial.source.emulator.faults.add({ match: { operation: "blob" }, action, times: "always" });
      await trial.start();
      await trial.until(() => trial.requests("blob").length > 0, 200);
      await trial.pass(2 * MINUTE);
      const sent = trial.requests("blob").length;
      assert.ok(sent <= 4 * 6, `${sent} requests for blobs in two minutes`);
      trial.source.emulator.faults.clear();
      await trial.delivered();
      assert.deepEqual(trial.ids(), idsOf(trial.added));
    }));
});

suite("A throttled start of a subscription", () => {
  for (const status of [429, 403]) {
    test(`with status ${status}: the others are collected meanwhile, and it is started when the text allows it, not before`, () =>
      withTrial({ receiver: { content_types: ["Audit.General", "Audit.Exchange"] } }, async (trial) => {
        trial.add(3);
        const others = trial.add(3, { contentType: "Audit.Exchange" });
        const message = "Too many frequent subscription start requests. Please retry again after 14m 56s";
        trial.source.emulator.faults.add({
          match: { operation: "start", contentType: "Audit.General" },
          action: { kind: "respond", status, body: { error: { code: "AF429", message } } },
        });
        await trial.start();
        const startedMs = trial.clock.now();
        await trial.until(() => trial.ids().length === others.length);
        assert.deepEqual(trial.ids(), idsOf(others));
        await trial.pass(14 * MINUTE, 5 * SECOND);
        const starts = (): readonly number[] =>
          trial
            .requests("start")
            .filter(({ contentType }) => contentType === "Audit.General")
            .map(({ timeMs }) => timeMs - startedMs);
        assert.equal(starts().length, 1);
        await trial.delivered();
        assert.deepEqual(trial.ids(), idsOf(trial.added));
        const [, second, ...more] = starts();
        assert.ok(second !== undefined && second >= 896 * SECOND && second <= 910 * SECOND, `after ${second} ms`);
        assert.deepEqual(more, []);
        const [complaint, ...further] = trial.complaints();
        assert.match(
          String(complaint),
          /^warn Audit\.General: Cannot start subscription "Audit\.General": the API allows one start in 15 minutes \(status \d+, wait 896s\); nothing/,
        );
        assert.deepEqual(further, []);
        assert.equal(trial.recoveries(), 1);
      }));
  }
});

suite("A token that is refused", () => {
  test("is replaced once, and then asked with seldom, until the service takes it again", () =>
    withTrial({ receiver: { content_types: ["Audit.General", "Audit.Exchange"] } }, async (trial) => {
      trial.add(5);
      await trial.start();
      await trial.delivered();
      const tokens = trial.requests("token").length;
      const before = trial.requests().length;
      const body = { Message: "Authorization has been denied for this request." };
      trial.source.emulator.faults.add({
        match: { operation: ["list", "start", "content", "blob"] },
        action: { kind: "respond", status: 401, body },
        times: "always",
      });
      trial.add(5);
      await trial.pass(10 * MINUTE, 2 * SECOND);
      const sent = trial.requests().length - before;
      const renewed = trial.requests("token").length - tokens;
      assert.ok(sent <= 10 * 2 * 2 + 4, `${sent} requests in ten minutes`);
      assert.ok(renewed >= 1 && renewed <= 10 * 2 + 2, `${renewed} new tokens in ten minutes`);
      const [verdict] = trial.verdicts();
      assert.equal(verdict?.state, "bad_credentials");
      const complaints = trial.complaints();
      assert.ok(complaints.length <= 2, complaints.join("\n"));
      for (const complaint of complaints) {
        assert.match(complaint, /^error Audit\.\w+: Cannot list .*status 401.*; check cloud, tenant_id and endpoints/);
      }
      trial.source.emulator.faults.clear();
      await trial.delivered();
      assert.deepEqual(trial.ids(), idsOf(trial.added));
    }));
});
