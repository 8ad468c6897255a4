import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { FaultAction } from "../../emulator/faults/fault.ts";
import { type Added, DAY, HOUR, idsOf, MINUTE, SECOND, type Trial, TYPE, withTrial } from "../support/trial.ts";

/** Makes a blob answer like this from now on. */
function spoil(trial: Trial, { contentId }: Added, action: FaultAction): void {
  trial.source.emulator.faults.add({ match: { operation: "blob", contentId }, action, times: "always" });
}

function attempts(trial: Trial, { contentId }: Added): number {
  return trial.requests("blob").filter((one) => one.contentId === contentId).length;
}

const ALWAYS: readonly { readonly name: string; readonly action: FaultAction; readonly said: RegExp }[] = [
  { name: "500", action: { kind: "respond", status: 500, body: "" }, said: /answered with status 500/ },
  { name: "404", action: { kind: "respond", status: 404, body: "" }, said: /answered with status 404/ },
  { name: "half a body", action: { kind: "cut" }, said: /the body broke off after \d+ bytes/ },
];
const SET_ASIDE = "warn o365: Blob set aside, the others go on: it is tried again until it comes or expires";

suite("One blob that always answers 500, one 404 and one 200 with half a body", () => {
  test("are set aside with growing delay, named, in nobody's way, and collected once they are whole", () =>
    withTrial({}, async (trial) => {
      const bad = trial.add(ALWAYS.length);
      for (const [index, { action }] of ALWAYS.entries()) spoil(trial, bad[index] ?? { id: "", contentId: "" }, action);
      const good = [...trial.add(17)];
      await trial.start();
      await trial.until(() => trial.ids().length === good.length);
      assert.deepEqual(trial.ids(), idsOf(good));
      await trial.pass(10 * MINUTE, 10 * SECOND);
      await trial.pass(50 * MINUTE, MINUTE);
      good.push(...trial.add(3));
      await trial.until(() => trial.blobs().delivered === good.length, 5 * SECOND);
      assert.deepEqual(trial.ids(), idsOf(good));

      // 1, 2, 4 … 256 s, and every 5 minutes from then on.
      const tried = bad.map((one) => attempts(trial, one));
      for (const times of tried) assert.ok(times >= 12 && times <= 25, `${times} attempts in an hour`);
      assert.deepEqual(trial.blobs(), { delivered: good.length, pending: bad.length, expired: 0, gone: 0 });
      const [facts] = trial.facts();
      assert.equal(facts?.setAside, bad.length);
      const named = bad.find(({ contentId }) => facts.lastError?.includes(contentId) === true);
      assert.ok(named !== undefined, facts.lastError);

      const [first, ...reminders] = trial.complaints();
      assert.match(String(first), /^warn content: Cannot (?:fetch|read) blob "/);
      assert.deepEqual(new Set(reminders), new Set([SET_ASIDE]));
      for (const [index, { said }] of ALWAYS.entries()) {
        const { contentId } = bad[index] ?? { contentId: "" };
        const ofIt = trial.lines.filter(({ level, fields }) => level === "warn" && fields["content_id"] === contentId);
        assert.deepEqual(
          ofIt.map(({ fields }) => fields["attempts"]),
          [8, 16].filter((times) => times <= (tried[index] ?? 0)),
        );
        assert.match(String(ofIt[0]?.fields["error"]), said);
      }
      const [verdict] = trial.verdicts();
      assert.equal(verdict?.state, "degraded", "after 5 minutes");
      assert.match(
        verdict.troubles,
        /has not delivered what was listed of Audit\.General since .*Cannot (?:fetch|read) blob/,
      );
      assert.equal(trial.recoveries(), 0, "the others coming through is no recovery");

      trial.source.emulator.faults.clear();
      await trial.delivered(10 * SECOND);
      assert.deepEqual(trial.ids(), idsOf(trial.added));
      assert.equal(trial.recoveries(), 1);
    }));

  test("500 for good is a gap with a reason a day after the expiration, also after a restart, once others came through", () =>
    withTrial({}, async (trial) => {
      const [bad] = trial.add(2, { ageMs: 2 * HOUR });
      assert.ok(bad !== undefined);
      spoil(trial, bad, { kind: "respond", status: 500, body: "" });
      await trial.start();
      await trial.until(() => trial.ids().length === 1);
      await trial.pass(MINUTE);
      await trial.stop();
      await trial.clock.advance(8 * DAY);
      await trial.start();
      await trial.pass(15 * MINUTE, 20 * SECOND);
      assert.deepEqual(trial.blobs(), { delivered: 0, pending: 1, expired: 0, gone: 0 }, "the other one is forgotten");
      trial.add(1);
      await trial.until(() => trial.blobs().expired === 1, 5 * SECOND);
      assert.deepEqual(trial.blobs(), { delivered: 1, pending: 0, expired: 1, gone: 0 });
      assert.deepEqual(trial.ids(), idsOf(trial.added.filter((one) => one !== bad)));
      const lost = trial.lines.find(({ message }) => message.startsWith("Blob lost: a gap in the audit trail"));
      assert.equal(lost?.level, "error");
      assert.equal(lost.fields["content_id"], bad.contentId);
      assert.equal(lost.fields["content_type"], TYPE);
      assert.match(String(lost.fields["error"]), /answered with status 500.*; it is given up, because it expired on /);
      const before = attempts(trial, bad);
      await trial.pass(10 * MINUTE, 30 * SECOND);
      assert.equal(attempts(trial, bad), before, "nobody asks for it any more");
    }));

  test("AF20051 ends as expired, and AF20050 as gone after eight times, each with an error that names it", () =>
    withTrial({}, async (trial) => {
      const [expired, gone] = trial.add(4);
      for (const [blob, kind] of [
        [expired, "expired"],
        [gone, "gone"],
      ] as const) {
        const match = { operation: "blob", contentId: blob?.contentId } as const;
        trial.source.emulator.faults.add({ match, action: { kind }, times: "always" });
      }
      await trial.start();
      await trial.until(() => trial.blobs().gone === 1, 2 * SECOND);
      assert.deepEqual(trial.blobs(), { delivered: 2, pending: 0, expired: 1, gone: 1 });
      assert.deepEqual(
        trial.lines
          .filter(({ level }) => level === "error")
          .map(({ fields }) => [fields["state"], fields["content_id"]]),
        [
          ["expired", expired?.contentId],
          ["gone", gone?.contentId],
        ],
      );
      assert.equal(attempts(trial, { id: "", contentId: gone?.contentId ?? "" }), 8);
    }));
});

suite("One blob that is slower than the time-out", () => {
  for (const { name, action, said } of [
    { name: "and never answers", action: { kind: "hang" }, said: /no complete answer within request_timeout/ },
    {
      name: "and stops in the middle",
      action: { kind: "stall" },
      said: /the body broke off after \d+ bytes \((?:UND_ERR_BODY_TIMEOUT|\d+ bytes came in 1 s)/,
    },
  ] as const) {
    test(`${name} does not keep the others waiting, is named, and is collected once it answers`, () =>
      withTrial({ receiver: { request_timeout: "1s", concurrency: 1 } }, async (trial) => {
        const [bad] = trial.add(6);
        assert.ok(bad !== undefined);
        spoil(trial, bad, action);
        await trial.start();
        await trial.until(() => trial.ids().length === 5);
        await trial.until(() => trial.complaints().length > 0);
        const [complaint] = trial.complaints();
        assert.match(String(complaint), said);
        assert.ok(complaint?.includes(bad.contentId), complaint);
        trial.source.emulator.faults.clear();
        await trial.delivered();
        assert.deepEqual(trial.ids(), idsOf(trial.added));
        assert.deepEqual(trial.blobs(), { delivered: 6, pending: 0, expired: 0, gone: 0 });
        assert.equal(trial.recoveries(), 1);
      }));
  }
});

/** Records of about `bytes` in all, 100 kB each, as one blob. */
function addLarge(trial: Trial, bytes: number): readonly string[] {
  const ids = Array.from({ length: Math.ceil(bytes / 100_000) }, (_, index) => `large-${index}`);
  const padding = "x".repeat(100_000);
  const records = ids.map((Id) =>
    JSON.stringify({ Id, Operation: "X", RecordType: 25, CreationTime: "2026-07-01T10:00:00", Padding: padding }),
  );
  trial.source.emulator.addContent({
    contentType: TYPE,
    records,
    createdMs: trial.clock.now() - MINUTE,
    verbatim: true,
  });
  return ids.toSorted();
}

suite("One large blob", () => {
  for (const [name, bytes] of [
    ["1.2 MB", 1_200_000],
    ["50 MB", 50_000_000],
  ] as const) {
    test(`of ${name} arrives whole, record by record as sent, and so do those beside it`, () =>
      withTrial({ emulator: { rules: { gzip: false } } }, async (trial) => {
        const large = addLarge(trial, bytes);
        const small = trial.add(10);
        await trial.start();
        // In small steps: a machine that is busy takes its time for so much, and nothing shall look as if it had stood still for minutes.
        await trial.until(() => trial.ids().length >= large.length + small.length, 10);
        await trial.until(() => trial.blobs().delivered === 11, 10);
        assert.deepEqual(trial.ids(), [...large, ...idsOf(small)].toSorted());
        const texts = new Map(trial.source.emulator.served().map(({ id, text }) => [id, text]));
        for (const { attributes, body } of trial.sink.accepted()) {
          assert.ok(body === texts.get(String(attributes["o365.id"])), String(attributes["o365.id"]));
        }
        assert.deepEqual(trial.complaints(), []);
      }));
  }
});

/** Fields that every client reads, each as something that it should not be. */
const ODD: readonly Readonly<Record<string, unknown>>[] = [
  { Operation: 7 },
  { Operation: { name: "x" } },
  { Operation: null },
  { RecordType: "AzureActiveDirectory" },
  { RecordType: "15" },
  { RecordType: null },
  { RecordType: { value: 15 } },
  { CreationTime: 1_795_000_000 },
  { CreationTime: "soon" },
  { CreationTime: null },
  { UserId: null },
  { UserId: ["a", "b"] },
  { UserType: "Regular" },
  { ClientIP: 16_909_060 },
  { ClientIP: { address: "192.0.2.1" } },
  { OrganizationId: 5 },
  { Workload: ["Exchange"] },
  { ResultStatus: true },
  { ExtendedProperties: "not an array" },
  { ExtendedProperties: [null, 1, { Name: 1, Value: {} }] },
  { ModifiedProperties: { Name: "x" } },
  { Parameters: '[{"Name":"x","Value":"y"}]' },
  { Actor: "me" },
  { Target: [["x"], 2] },
];

suite("One record whose field has an unexpected type", () => {
  test("arrives like its neighbours, as it was sent, whichever field it is", () =>
    withTrial({ processors: ["xdr", "batch"] }, async (trial) => {
      const usual = {
        RecordType: 15,
        Operation: "UserLoggedIn",
        Workload: "AzureActiveDirectory",
        UserId: "a@example.com",
      };
      for (const more of ODD) trial.add(1, { more: { ...usual, ...more } });
      trial.add(5, { more: usual });
      await trial.start();
      await trial.until(() => trial.blobs().delivered === trial.added.length);
      assert.deepEqual(trial.ids(), idsOf(trial.added));
      const texts = new Map(trial.source.emulator.served().map(({ id, text }) => [id, text]));
      for (const { attributes, body } of trial.sink.accepted())
        assert.equal(body, texts.get(String(attributes["o365.id"])));
      assert.deepEqual(trial.complaints(), []);
    }));

  test("arrives although that field is its Id, and although it is no object at all", () =>
    withTrial({ processors: ["xdr"] }, async (trial) => {
      const usual = { Operation: "X", RecordType: 25, CreationTime: "2026-07-01T10:00:00" };
      const texts = [{ ...usual, Id: 17 }, { ...usual, Id: { a: 1 } }, { ...usual, Id: null }, usual].map((one) =>
        JSON.stringify(one),
      );
      const records = [...texts, '"text"', "17", "null", "[1]"];
      trial.source.emulator.addContent({
        contentType: TYPE,
        records,
        createdMs: trial.clock.now() - MINUTE,
        verbatim: true,
      });
      await trial.start();
      await trial.until(() => trial.blobs().delivered === 1);
      assert.deepEqual(
        trial.sink
          .accepted()
          .map(({ body }) => String(body))
          .toSorted(),
        records.toSorted(),
      );
    }));
});
