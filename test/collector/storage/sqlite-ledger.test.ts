import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, ListedContent, PendingContent, Storage } from "../../../collector/storage/storage.ts";

const TYPE = "Audit.General";
const OWNER = { cloud: "commercial", tenantId: "tenant", clientId: "client" };
const DAY_MS = 86_400_000;
const NONE: ReadonlySet<number> = new Set();

function blob(contentId: string, createdMs = 1000, expiresMs = 7 * DAY_MS): ListedContent {
  return { contentId, uri: `https://example.test/${contentId}`, createdMs, expiresMs };
}

const ids = (contents: readonly PendingContent[]): readonly string[] => contents.map((content) => content.contentId);

suite("SqliteLedger", () => {
  let directory: string;
  let storage: Storage;
  let ledger: Ledger;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ledger-"));
    storage = openStorage(directory);
    ledger = storage.ledger(OWNER);
  });
  afterEach(() => {
    storage.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function reopen(): void {
    storage.close();
    storage = openStorage(directory);
    ledger = storage.ledger(OWNER);
  }

  function pendingIds(branches: readonly string[], nowMs = 0): readonly string[] {
    return ids(ledger.pending(branches, nowMs, 100, NONE));
  }

  function settle(contentId: string, branch: string, state: "delivered" | "expired" | "gone" = "delivered"): void {
    const content = ledger.pending([branch], Number.MAX_SAFE_INTEGER, 100, NONE).find((c) => c.contentId === contentId);
    assert.ok(content, `${branch} does not owe ${contentId}`);
    ledger.settle(content.key, branch, { state, records: state === "delivered" ? 3 : 0 }, 300, 5000);
  }

  suite("addListed()", () => {
    test("counts new blobs only and leaves known ones as they are", () => {
      ledger.openBranches(["a"], 0);
      assert.equal(ledger.addListed(TYPE, [blob("x"), blob("y")], 0), 2);
      assert.equal(ledger.addListed(TYPE, [blob("x", 2000, 1), blob("z"), blob("z")], 0), 1);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.equal(x?.createdMs, 1000);
      assert.equal(x?.expiresMs, 7 * DAY_MS);
    });

    test("does not owe again what was delivered", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      settle("x", "a");
      ledger.addListed(TYPE, [blob("x")], 0);
      assert.deepEqual(pendingIds(["a"]), []);
    });

    test("keeps equal ids of two content types apart", () => {
      ledger.openBranches(["a"], 0);
      assert.equal(ledger.addListed(TYPE, [blob("x")], 0), 1);
      assert.equal(ledger.addListed("Audit.Exchange", [blob("x")], 0), 1);
      assert.equal(ledger.pending(["a"], 0, 10, NONE).length, 2);
    });

    test("stores no blob of a page when one of them cannot be stored", () => {
      ledger.openBranches(["a"], 0);
      assert.throws(() => ledger.addListed(TYPE, [blob("x"), blob("y", Number.NaN)], 0));
      assert.deepEqual(pendingIds(["a"]), []);
      assert.equal(ledger.addListed(TYPE, [blob("x")], 0), 1);
    });
  });

  suite("pending()", () => {
    test("gives the oldest first, then by content id, up to the limit", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("d", 30), blob("c", 10), blob("b", 10), blob("e", 5)], 0);
      assert.deepEqual(ids(ledger.pending(["a"], 0, 3, NONE)), ["e", "b", "c"]);
      assert.deepEqual(ledger.pending(["a"], 0, 0, NONE), []);
    });

    test("leaves out keys in flight and fills up behind them", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x", 1), blob("y", 2), blob("z", 3)], 0);
      const inFlight = new Set(ledger.pending(["a"], 0, 2, NONE).map((content) => content.key));
      assert.deepEqual(ids(ledger.pending(["a", "b"], 0, 2, inFlight)), ["z"]);
    });

    test("names the branches out of those asked about that owe a blob", () => {
      ledger.openBranches(["a", "b", "c"], 0);
      ledger.addListed(TYPE, [blob("x", 1), blob("y", 2)], 0);
      settle("x", "a");
      const owing = ledger.pending(["a", "b"], 0, 10, NONE).map((content) => [content.contentId, content.branches]);
      assert.deepEqual(owing, [
        ["x", ["b"]],
        ["y", ["a", "b"]],
      ]);
    });

    test("gives the whole entry", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      settle("x", "b");
      const [content] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(content);
      const { key, ...rest } = content;
      assert.equal(typeof key, "number");
      assert.deepEqual(rest, { ...blob("x"), contentType: TYPE, attempts: 0, bytes: 300, branches: ["a"] });
    });

    test("throws RangeError for a branch that was never named", () => {
      assert.throws(() => ledger.pending(["a"], 0, 1, NONE), RangeError);
    });

    test("does not show another integration's blobs", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const other = storage.ledger({ ...OWNER, tenantId: "other" });
      other.openBranches(["a"], 0);
      assert.deepEqual(other.pending(["a"], 0, 10, NONE), []);
      assert.deepEqual(other.counts(), []);
    });
  });

  suite("openBranches()", () => {
    test("lets a new branch owe what was created from its since on, also of blobs listed before", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("old", 10), blob("edge", 20), blob("new", 30)], 0);
      ledger.openBranches(["a", "b"], 20);
      assert.deepEqual(pendingIds(["a"]), ["old", "edge", "new"]);
      assert.deepEqual(pendingIds(["b"]), ["edge", "new"]);
      ledger.addListed(TYPE, [blob("late", 15)], 0);
      assert.deepEqual(pendingIds(["b"]), ["edge", "new"]);
    });

    test("moves since back but never forward", () => {
      ledger.openBranches(["a"], 20);
      ledger.addListed(TYPE, [blob("x", 10), blob("y", 30)], 0);
      ledger.openBranches(["a"], 100);
      assert.deepEqual(pendingIds(["a"]), ["y"]);
      settle("y", "a");
      ledger.openBranches(["a"], 5);
      assert.deepEqual(pendingIds(["a"]), ["x"]);
    });

    test("stops a branch from owing until it is named again", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x", 1), blob("y", 2)], 0);
      settle("x", "b");
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("z", 3)], 0);
      assert.deepEqual(pendingIds(["b"]), []);
      assert.deepEqual(pendingIds(["a"]), ["x", "y", "z"]);
      ledger.openBranches(["a", "b"], 0);
      assert.deepEqual(pendingIds(["b"]), ["y", "z"]);
    });

    test("survives a reopen", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      settle("x", "a");
      reopen();
      assert.deepEqual(pendingIds(["a", "b"]), ["x"]);
      assert.deepEqual(pendingIds(["a"]), []);
    });
  });

  suite("openBranches() for status", () => {
    test("names the branches that stop owing, with what they had not delivered, once", () => {
      assert.deepEqual(ledger.openBranches(["a", "b", "c"], 0), []);
      ledger.addListed(TYPE, [blob("x", 1), blob("y", 2)], 0);
      settle("x", "b");
      for (const id of ["x", "y"]) settle(id, "c");
      assert.deepEqual(ledger.openBranches(["a"], 0), [{ name: "b", owedBlobs: 1 }]);
      assert.deepEqual(ledger.openBranches(["a"], 0), []);
    });
  });

  suite("setAside()", () => {
    test("holds back what every branch owes of one content type, without counting attempts", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x"), blob("y")], 0);
      ledger.addListed("DLP.All", [blob("z")], 0);
      ledger.setAside(TYPE, 500);
      assert.deepEqual(pendingIds(["a"], 499), ["z"]);
      assert.deepEqual(pendingIds(["b"], 500), ["x", "y", "z"]);
      assert.equal(ledger.pending(["a"], 500, 1, NONE)[0]?.attempts, 0);
    });

    test("does not shorten the wait of a blob", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(x);
      ledger.fetchFailed(x.key, "HTTP 503", 900);
      ledger.setAside(TYPE, 500);
      assert.equal(ledger.nextDueMs(["a"]), 900);
    });
  });

  suite("limitCoverage()", () => {
    test("forgets what was listed from a time on, of that content type alone", () => {
      for (const type of [TYPE, "DLP.All"]) {
        ledger.addCoverage(type, { fromMs: 0, toMs: 10 }, 0);
        ledger.addCoverage(type, { fromMs: 20, toMs: 30 }, 0);
      }
      ledger.limitCoverage(TYPE, 25);
      const all = { fromMs: 0, toMs: 100 };
      assert.deepEqual(ledger.coverage(TYPE, all).at(-1), { fromMs: 20, toMs: 25 });
      ledger.limitCoverage(TYPE, 5);
      assert.deepEqual(ledger.coverage(TYPE, all), [{ fromMs: 0, toMs: 5 }]);
      assert.equal(ledger.coverage("DLP.All", all).length, 2);
    });
  });

  suite("fetchFailed()", () => {
    test("does not believe a time that only a clock which was ahead can have set", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(x);
      ledger.fetchFailed(x.key, "HTTP 503", 365 * DAY_MS);
      assert.deepEqual(pendingIds(["a"], 1000), ["x"]);
    });

    test("sets a blob aside until its time for every branch, and counts attempts", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(x);
      ledger.fetchFailed(x.key, "HTTP 503", 500.5);
      assert.deepEqual(pendingIds(["a", "b"], 500), []);
      assert.equal(ledger.nextDueMs(["a", "b"]), 501);
      assert.deepEqual(pendingIds(["a"], 501), ["x"]);
      assert.equal(ledger.pending(["b"], 501, 1, NONE)[0]?.attempts, 1);
      assert.equal(ledger.nextDueMs(["a", "b"]), undefined);
    });

    test("keeps a blob aside for a branch that comes back", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(x);
      ledger.openBranches(["a"], 0);
      ledger.fetchFailed(x.key, "HTTP 503", 500);
      ledger.openBranches(["a", "b"], 0);
      assert.deepEqual(pendingIds(["b"], 499), []);
      assert.deepEqual(pendingIds(["b"], 500), ["x"]);
    });

    test("gives the earliest time of several", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x"), blob("y"), blob("z")], 0);
      const [x, y] = ledger.pending(["a"], 0, 2, NONE);
      assert.ok(x && y);
      ledger.fetchFailed(x.key, "one", 900);
      ledger.fetchFailed(y.key, "two", 700);
      assert.equal(ledger.nextDueMs(["a"]), 700);
      assert.deepEqual(pendingIds(["a"], 800), ["y", "z"]);
    });

    test("throws RangeError for an unknown key", () => {
      assert.throws(() => ledger.fetchFailed(99, "x", 1), RangeError);
    });
  });

  suite("settle()", () => {
    test("ends the debt of one branch alone", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      settle("x", "a");
      assert.deepEqual(pendingIds(["a"]), []);
      assert.deepEqual(pendingIds(["b"]), ["x"]);
    });

    test("keeps delivered when the blob is later called gone", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      assert.ok(x);
      ledger.settle(x.key, "a", { state: "delivered", records: 3 }, 300, 1);
      ledger.settle(x.key, "a", { state: "gone", records: 0, reason: "AF20051" }, 0, 2);
      assert.equal(ledger.counts()[0]?.delivered, 1);
      assert.equal(ledger.counts()[0]?.records, 3);
    });

    test("throws RangeError for an unknown key or branch", () => {
      ledger.openBranches(["a"], 0);
      assert.throws(() => ledger.settle(99, "a", { state: "delivered", records: 1 }, 1, 1), RangeError);
      assert.throws(() => ledger.settle(99, "a", { state: "gone", records: 0 }, 0, 1), RangeError);
      assert.throws(() => ledger.settle(99, "z", { state: "gone", records: 0 }, 0, 1), RangeError);
    });
  });

  suite("counts()", () => {
    test("counts each blob once, by its worst branch", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(
        TYPE,
        ["pending", "delivered", "expired", "gone"].map((name) => blob(name)),
        0,
      );
      ledger.addListed("DLP.All", [blob("other")], 0);
      settle("pending", "a");
      for (const branch of ["a", "b"]) settle("delivered", branch);
      settle("expired", "a");
      settle("expired", "b", "expired");
      for (const branch of ["a", "b"]) settle("gone", branch, "gone");
      assert.deepEqual(ledger.counts(), [
        { contentType: TYPE, listed: 4, delivered: 1, pending: 1, expired: 1, gone: 1, records: 3 },
        { contentType: "DLP.All", listed: 1, delivered: 0, pending: 1, expired: 0, gone: 0, records: 0 },
      ]);
    });

    test("ignores a branch that is no longer named", () => {
      ledger.openBranches(["a", "b"], 0);
      ledger.addListed(TYPE, [blob("x")], 0);
      settle("x", "a");
      ledger.openBranches(["a"], 0);
      assert.equal(ledger.counts()[0]?.delivered, 1);
    });
  });

  suite("origin()", () => {
    test("keeps the earliest proposal for each content type, also after a reopen", () => {
      assert.equal(ledger.origin(TYPE, 500), 500);
      assert.equal(ledger.origin(TYPE, 900), 500);
      assert.equal(ledger.origin("DLP.All", 900), 900);
      reopen();
      assert.equal(ledger.origin(TYPE, 700), 500);
      assert.equal(ledger.origin(TYPE, 100), 100);
    });
  });

  suite("prune()", () => {
    const cases = [
      { name: "past both its expiry and 8 days", created: 0, expires: 7 * DAY_MS, now: 8 * DAY_MS, kept: false },
      { name: "younger than 8 days", created: 1, expires: 7 * DAY_MS, now: 8 * DAY_MS, kept: true },
      { name: "not expired yet", created: 0, expires: 10 * DAY_MS, now: 9 * DAY_MS, kept: true },
    ];
    for (const { name, created, expires, now, kept } of cases) {
      test(`${kept ? "keeps" : "forgets"} a settled blob ${name}`, () => {
        ledger.openBranches(["a"], 0);
        ledger.addListed(TYPE, [blob("x", created, expires)], 0);
        settle("x", "a");
        ledger.prune(now);
        assert.equal(ledger.counts().length, kept ? 1 : 0);
      });
    }

    test("keeps what a branch still owes, however old", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x", 0)], 0);
      ledger.prune(1000 * DAY_MS);
      assert.deepEqual(pendingIds(["a"]), ["x"]);
    });

    test("never gives a key twice", () => {
      ledger.openBranches(["a"], 0);
      ledger.addListed(TYPE, [blob("x", 0)], 0);
      const [x] = ledger.pending(["a"], 0, 1, NONE);
      settle("x", "a");
      ledger.prune(1000 * DAY_MS);
      ledger.addListed(TYPE, [blob("y", 0)], 0);
      const [y] = ledger.pending(["a"], 0, 1, NONE);
      assert.notEqual(y?.key, x?.key);
    });

    test("moves the origin along with what it forgets, so that this does not look like a gap", () => {
      ledger.origin(TYPE, 5 * DAY_MS);
      ledger.prune(100 * DAY_MS);
      assert.equal(ledger.origin(TYPE, 99 * DAY_MS), 10 * DAY_MS);
    });

    test("forgets coverage older than 90 days and clips what reaches into them", () => {
      ledger.addCoverage(TYPE, { fromMs: 0, toMs: 10 * DAY_MS }, 0);
      ledger.addCoverage(TYPE, { fromMs: 20 * DAY_MS, toMs: 40 * DAY_MS }, 0);
      ledger.prune(120 * DAY_MS);
      assert.deepEqual(ledger.coverage(TYPE, { fromMs: 0, toMs: 200 * DAY_MS }), [
        { fromMs: 30 * DAY_MS, toMs: 40 * DAY_MS },
      ]);
    });
  });
});
