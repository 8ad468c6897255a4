import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { CollectorError, ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { settle } from "../../support/manual-clock.ts";
import { api, Backend, closeSchedulers, ledgerSays, numberOf, setUpScheduler as setUp } from "../support/scheduler.ts";

suite("BlobScheduler", () => {
  after(closeSchedulers);

  test("delivers every blob to every branch, oldest first, and settles it after the acknowledgement", async () => {
    const [one, two] = [new Backend("logs>one"), new Backend("logs>two")];
    const { ledger, fetched, clock, stop } = setUp([one, two], { blobs: 5, concurrency: 1 });
    await clock.advance(10);
    assert.deepEqual(one.inOrder, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    assert.deepEqual(two.inOrder, one.inOrder);
    assert.deepEqual(
      fetched,
      ["blob-0", "blob-1", "blob-2", "blob-3", "blob-4"],
      "once for all branches, oldest first",
    );
    assert.deepEqual(ledgerSays(ledger), { delivered: 5, pending: 0, expired: 0, gone: 0 });
    await stop();
  });

  test("does not settle a blob whose branch has not acknowledged", async () => {
    const held = new Backend("logs>held");
    held.gate = new Promise(() => undefined);
    const { ledger, clock, stop } = setUp([held], { blobs: 3 });
    await clock.advance(10);
    assert.deepEqual(ledgerSays(ledger), { delivered: 0, pending: 3, expired: 0, gone: 0 });
    await stop();
    assert.deepEqual(ledgerSays(ledger), { delivered: 0, pending: 3, expired: 0, gone: 0 });
  });

  test("goes on with one branch while the other is stuck, and sends only to the stuck one afterwards", async () => {
    const [live, dead] = [new Backend("logs>live"), new Backend("logs>dead")];
    let open = (): void => undefined;
    dead.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { ledger, clock, scheduler, stop } = setUp([live, dead], { blobs: 50, bytes: 400, laneBytes: 1000 });
    await clock.advance(100);
    assert.equal(live.got.length, 100, "the live branch has everything");
    assert.equal(dead.got.length, 0);
    assert.equal(ledgerSays(ledger).pending, 50);
    open();
    for (let turn = 0; turn < 60; turn += 1) {
      scheduler.notify();
      await settle();
    }
    assert.equal(dead.got.length, 100);
    assert.equal(live.got.length, 100, "nothing came twice");
    assert.equal(ledgerSays(ledger).delivered, 50);
    await stop();
  });

  test("holds no more than the lane's bytes for a branch that is stuck", async () => {
    const dead = new Backend("logs>dead");
    dead.gate = new Promise(() => undefined);
    const { fetched, clock, stop } = setUp([dead], {
      blobs: 100,
      bytes: 400_000,
      laneBytes: 1_000_000,
      concurrency: 1,
    });
    await clock.advance(120_000);
    assert.equal(fetched.length, 3, "three of 400 kB reach the million");
    await stop();
  });

  test("sets a failing blob aside with growing delay, goes on with the others, and says nothing of a hiccup", async () => {
    const backend = new Backend("logs>one");
    const { ledger, fetched, clock, reports, lines, stop } = setUp([backend], { blobs: 3 }, (content, attempt) =>
      content.contentId === "blob-0" && attempt <= 2 ? api(500, "AF50000") : undefined,
    );
    await clock.advance(10);
    assert.deepEqual(backend.inOrder, [1, 1, 2, 2]);
    await clock.advance(1000);
    await clock.advance(1000);
    assert.equal(fetched.filter((id) => id === "blob-0").length, 2, "the second delay is longer than the first");
    await clock.advance(2000);
    assert.deepEqual(backend.inOrder, [0, 0, 1, 1, 2, 2]);
    assert.equal(ledgerSays(ledger).delivered, 3);
    assert.deepEqual(reports, []);
    assert.ok(lines.every(({ level }) => level === "debug"));
    await stop();
  });

  test("marks a blob that the service calls expired, or says eight times that it does not know, and never asks again", async () => {
    const backend = new Backend("logs>one");
    const { ledger, fetched, clock, stop } = setUp([backend], { blobs: 3 }, ({ contentId }) =>
      contentId === "blob-0" ? api(400, "AF20051") : contentId === "blob-1" ? api(400, "AF20050") : undefined,
    );
    await clock.advance(3_600_000);
    assert.deepEqual(ledgerSays(ledger), { delivered: 1, pending: 0, expired: 1, gone: 1 });
    assert.equal(fetched.length, 1 + 1 + 8);
    await stop();
  });

  test("fetches nothing while the tenant is throttled, and each blob keeps its attempts", async () => {
    const backend = new Backend("logs>one");
    let throttled = true;
    const { fetched, clock, ledger, stop } = setUp([backend], { blobs: 20, concurrency: 1 }, () =>
      throttled ? api(403, "AF429") : undefined,
    );
    await clock.advance(20_000);
    assert.ok(fetched.length <= 6, `${fetched.length} requests in 20 s of throttling`);
    throttled = false;
    await clock.advance(60_000);
    assert.equal(ledgerSays(ledger).delivered, 20);
    await stop();
  });

  test("sends a chunk again to a branch that throws, and says so", async () => {
    const backend = new Backend("logs>one");
    backend.failures = 2;
    const { ledger, clock, reports, stop } = setUp([backend], { blobs: 1 });
    await clock.advance(10);
    assert.equal(reports[0]?.aspect, "logs>one");
    assert.equal(reports[0]?.status, "recoverable_error");
    await clock.advance(5000);
    assert.deepEqual(backend.got, [0, 0]);
    assert.equal(ledgerSays(ledger).delivered, 1);
    assert.equal(reports.at(-1)?.status, "ok");
    await stop();
  });

  test("gives a branch what it had no room for although another branch, which took it, is stuck with it", async () => {
    const [live, dead] = [new Backend("logs>live"), new Backend("logs>dead")];
    let open = (): void => undefined;
    live.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { ledger, clock, scheduler, stop } = setUp([live, dead], { blobs: 20, bytes: 400, laneBytes: 1000 });
    const consume = dead.consume.bind(dead);
    dead.consume = (records, signal) => {
      if (records.some(({ hrTime }) => hrTime[0] > 5)) dead.gate = new Promise(() => undefined);
      return consume(records, signal);
    };
    await clock.advance(100);
    assert.ok(dead.got.length > 0, "the branch that dies took some alone");
    open();
    for (let turn = 0; turn < 60; turn += 1) {
      scheduler.notify();
      await settle();
    }
    assert.equal(live.got.length, 40, "everything reached the live branch");
    assert.ok(ledgerSays(ledger).pending > 0);
    await stop();
  });

  test("goes on with the other content types while the permission for one is missing, and asks for it seldom", async () => {
    const backend = new Backend("logs>one");
    const { clock, scheduler, fetched, reports, list, stop } = setUp([backend], { blobs: 0 }, ({ contentType }) =>
      contentType === "DLP.All" ? api(401, "AF10001") : undefined,
    );
    list(0, 30, 60_000, "DLP.All");
    list(100, 30);
    scheduler.notify();
    await clock.advance(30_000);
    assert.equal(backend.got.length, 60);
    const denied = (): number => fetched.filter((id) => numberOf(id) < 100).length;
    assert.ok(denied() <= 12, `${denied()} requests in 30 s`);
    await clock.advance(3_600_000);
    assert.ok(denied() <= 150, `${denied()} requests in an hour`);
    const failed = reports.findLast(({ aspect }) => aspect === "content of DLP.All");
    assert.equal(failed?.status, "permanent_error");
    await stop();
  });

  test("does not ask for every blob in turn while the service answers with nothing but errors", async () => {
    const backend = new Backend("logs>one");
    let broken = true;
    const { clock, fetched, ledger, stop } = setUp([backend], { blobs: 500 }, () =>
      broken ? api(500, "AF50000") : undefined,
    );
    await clock.advance(20_000);
    assert.ok(fetched.length <= 60, `${fetched.length} requests in 20 s`);
    broken = false;
    await clock.advance(180_000);
    assert.equal(ledgerSays(ledger).delivered, 500);
    await stop();
  });

  for (const count of [1, 30]) {
    test(`delivers the others while ${count} of them never answer in time`, async () => {
      const backend = new Backend("logs>one");
      const slow = new RetryableError(ErrorCode.unavailable, "no answer in time");
      const { clock, ledger, stop } = setUp([backend], { blobs: 100 }, ({ contentId }) =>
        numberOf(contentId) < count ? slow : undefined,
      );
      await clock.advance(600_000);
      assert.equal(ledgerSays(ledger).delivered, 100 - count);
      await stop();
    });
  }

  for (const [name, error] of [
    ["sign-ins are throttled", new RetryableError(ErrorCode.throttled, "429 from Entra ID")],
    ["the spool cannot be written", new CollectorError(ErrorCode.storage, "no space left")],
  ] as const) {
    test(`tries seldom while ${name}`, async () => {
      const { clock, fetched, stop } = setUp([new Backend("logs>one")], { blobs: 100, concurrency: 1 }, () => error);
      await clock.advance(20_000);
      assert.ok(fetched.length <= 6, `${fetched.length} attempts in 20 s`);
      await stop();
    });
  }

  test("reports the ledger as working again once it does", async () => {
    const backend = new Backend("logs>one");
    const { ledger, clock, scheduler, reports, stop } = setUp([backend], { blobs: 0 });
    const pending = ledger.pending.bind(ledger);
    ledger.pending = () => {
      throw new CollectorError(ErrorCode.storage, "disk full");
    };
    scheduler.notify();
    await clock.advance(100);
    const ofLedger = (): unknown => reports.findLast(({ aspect }) => aspect === "ledger")?.status;
    assert.equal(ofLedger(), "permanent_error");
    ledger.pending = pending;
    await clock.advance(5000);
    assert.equal(ofLedger(), "ok");
    await stop();
  });

  test("reports content as working again when what failed before is lost in the end", async () => {
    const { clock, reports, stop } = setUp([new Backend("logs>one")], { blobs: 1 }, (_, attempt) =>
      attempt <= 3 ? api(500, "AF50000") : api(400, "AF20051"),
    );
    await clock.advance(5000);
    assert.equal(reports.findLast(({ aspect }) => aspect === "content")?.status, "recoverable_error");
    await clock.advance(5000);
    assert.equal(reports.findLast(({ aspect }) => aspect === "content")?.status, "ok");
    await stop();
  });

  test("delivers a blob that the service does not know at first, right after listing it", async () => {
    const { ledger, clock, stop } = setUp([new Backend("logs>one")], { blobs: 1 }, (_, attempt) =>
      attempt <= 2 ? api(404, "AF20050") : undefined,
    );
    await clock.advance(10_000);
    assert.equal(ledgerSays(ledger).delivered, 1);
    await stop();
  });

  test("fetches a blob again whose download cannot be read any more", async () => {
    const backend = new Backend("logs>one");
    let broken = true;
    const { ledger, clock, reports, stop } = setUp([backend], {
      blobs: 3,
      readable: () => !broken,
    });
    await clock.advance(10);
    assert.equal(reports.at(-1)?.status, "permanent_error");
    assert.equal(ledgerSays(ledger).pending, 3);
    broken = false;
    await clock.advance(60_000);
    assert.equal(ledgerSays(ledger).delivered, 3);
    assert.deepEqual(backend.inOrder, [0, 0, 1, 1, 2, 2]);
    await stop();
  });
});
