import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { CollectorEvent, Ledger, Storage } from "../../../collector/storage/storage.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 6, 1);

let directory: string;
let storage: Storage;
let ledger: Ledger;

function open(): void {
  storage = openStorage(directory);
  ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
}

function event(uid: string, atMs = NOW): CollectorEvent {
  return {
    uid,
    atMs,
    name: "o365.collector.gap",
    severity: 17,
    body: "Gap",
    attributes: { ids: ["1", "2"], count: 2 },
  };
}

function owed(branch: string): readonly string[] {
  return ledger.owedEvents(branch, 99).map((one) => one.event.uid);
}

suite("Events in the ledger", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "otel-o365-events-"));
    open();
    ledger.openBranches(["a", "b"], 0);
  });
  afterEach(() => {
    storage.close();
    rmSync(directory, { recursive: true });
  });

  test("are owed by every active branch, whole and in order, until it has acknowledged them", () => {
    ledger.announce("key", "value", [event("1"), event("2")], NOW);
    assert.deepEqual(ledger.owedEvents("a", 1)[0]?.event, event("1"));
    assert.deepEqual(
      [owed("a"), owed("b")],
      [
        ["1", "2"],
        ["1", "2"],
      ],
    );
    ledger.settleEvents(
      "a",
      ledger.owedEvents("a", 1).map(({ key }) => key),
    );
    storage.close();
    open();
    ledger.openBranches(["a", "b"], 0);
    assert.deepEqual([owed("a"), owed("b")], [["2"], ["1", "2"]]);
  });

  test("are remembered by what was said last under a key", () => {
    assert.equal(ledger.announced("key"), undefined);
    ledger.announce("key", "one", [], NOW);
    ledger.announce("key", "two", [], NOW);
    assert.equal(ledger.announced("key"), "two");
    assert.equal(storage.ledger({ cloud: "gcc", tenantId: "t", clientId: "c" }).announced("key"), undefined);
  });

  test("are forgotten by prune() when everybody has them, or after 90 days", () => {
    ledger.announce("key", "value", [event("old", NOW - 91 * DAY), event("new")], NOW - 91 * DAY);
    ledger.settleEvents(
      "a",
      ledger.owedEvents("a", 99).map(({ key }) => key),
    );
    ledger.prune(NOW);
    assert.deepEqual([owed("a"), owed("b")], [[], ["new"]]);
    assert.equal(ledger.announced("key"), undefined);
    ledger.openBranches(["a"], 0);
    ledger.prune(NOW);
    ledger.openBranches(["a", "b"], 0);
    assert.deepEqual(owed("b"), [], "a branch that is gone from the configuration is owed nothing");
  });

  test("tell of each loss once", () => {
    const page = ["1", "2"].map((contentId) => ({ contentId, uri: "u", createdMs: 5, expiresMs: 9 }));
    ledger.addListed("Audit.General", page, 6);
    for (const { key } of ledger.pending(["a"], NOW, 9, new Set())) {
      for (const branch of ["a", "b"]) {
        ledger.settle(key, branch, { state: "expired", records: 0, reason: "AF20051" }, 0, NOW);
      }
    }
    const first = ledger.untoldLosses(3);
    assert.equal(first.length, 3);
    ledger.announceLosses(first, [event("1")], NOW);
    assert.deepEqual(
      ledger.untoldLosses(9).map(({ contentId, branch, state, reason }) => [contentId, branch, state, reason]),
      [["2", "b", "expired", "AF20051"]],
    );
    assert.deepEqual(owed("b"), ["1"]);
  });
});
