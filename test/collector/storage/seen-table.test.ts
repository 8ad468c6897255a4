import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, Storage } from "../../../collector/storage/storage.ts";

const OWNER = { cloud: "commercial", tenantId: "tenant", clientId: "client" };
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 6, 10, 12);
const PLENTY = 1_000_000;

/** Keys of the records `from` up to, not including, `to`. */
function keysOf(from: number, to: number): Buffer {
  const keys = Array.from({ length: to - from }, (_, index) =>
    createHash("sha1")
      .update(String(from + index))
      .digest()
      .subarray(0, 16),
  );
  return Buffer.concat(keys);
}

suite("Ledger.seen()", () => {
  let directory: string;
  let storage: Storage;
  let ledger: Ledger;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "seen-"));
    open();
  });
  afterEach(() => {
    storage.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function open(): void {
    storage = openStorage(directory);
    ledger = storage.ledger(OWNER);
    ledger.openBranches(["a", "b"], 0);
  }

  function remember(from: number, to: number, atMs = NOON, maxRecords = PLENTY): void {
    ledger.remember("a", { keys: keysOf(from, to), maxRecords }, atMs);
  }

  /** How many of these records branch `a` is known to have. */
  function known(from: number, to: number, branch = "a"): number {
    return ledger.seen(branch, keysOf(from, to)).reduce((sum, one) => sum + one, 0);
  }

  test("knows what the branch has acknowledged and nothing else, also after a restart", () => {
    for (let from = 0; from < 5000; from += 170) remember(from, Math.min(from + 170, 5000));
    for (const restart of [false, true]) {
      if (restart) {
        storage.close();
        open();
      }
      assert.equal(known(0, 5000), 5000);
      assert.equal(known(5000, 15_000), 0);
      assert.equal(known(0, 5000, "b"), 0, "what one branch has says nothing about another");
      assert.deepEqual([...ledger.seen("a", keysOf(4999, 5001))], [1, 0]);
      assert.equal(ledger.seenSpan("a").records, 5000);
    }
  });

  test("tells keys apart that differ in one byte, wherever it is", () => {
    const key = keysOf(0, 1);
    ledger.remember("a", { keys: Buffer.concat([key, keysOf(1, 3)]), maxRecords: PLENTY }, NOON);
    for (let byte = 0; byte < 16; byte += 1) {
      const other = Buffer.from(key);
      other.writeUInt8(other.readUInt8(byte) ^ 1, byte);
      assert.deepEqual([...ledger.seen("a", other)], [0], `byte ${byte}`);
    }
  });

  test("does not take the end of one key and the start of the next for a key", () => {
    const across = Buffer.alloc(16, 7);
    const first = Buffer.concat([across.subarray(0, 4), Buffer.alloc(4), across.subarray(0, 8)]);
    const second = Buffer.concat([across.subarray(8), Buffer.alloc(8)]);
    ledger.remember("a", { keys: Buffer.concat([first, second]), maxRecords: PLENTY }, NOON);
    assert.deepEqual([...ledger.seen("a", across)], [0]);
  });

  test("stores a key once, however often it is remembered", () => {
    remember(0, 300);
    remember(100, 400);
    assert.equal(ledger.seenSpan("a").records, 400);
  });

  test("takes at most 24 bytes a record in the file, in blobs of ten records as well", () => {
    const size = (): number => statSync(join(directory, "ledger.db")).size;
    storage.close();
    const before = size();
    open();
    for (let from = 0; from < 30_000; from += 10) remember(from, from + 10, NOON + from * 20_000);
    storage.close();
    const each = (size() - before) / 30_000;
    open();
    assert.ok(each <= 24, `${each} bytes a record`);
  });

  test("commits the keys together with the settlement, or neither", () => {
    ledger.addListed(
      "Audit.General",
      [{ contentId: "x", uri: "https://x", createdMs: NOON, expiresMs: NOON + DAY_MS }],
      0,
    );
    const [blob] = ledger.pending(["a"], NOON, 1, new Set());
    assert.ok(blob);
    const settlement = { state: "delivered", records: 2 } as const;
    const acknowledged = { keys: keysOf(0, 2), maxRecords: PLENTY };
    const other = new DatabaseSync(join(directory, "ledger.db"));
    other.exec("CREATE TRIGGER refuse BEFORE INSERT ON seen BEGIN SELECT RAISE(ABORT, 'no'); END");
    assert.throws(() => ledger.settle(blob.key, "a", settlement, 10, NOON, acknowledged));
    assert.equal(known(0, 2), 0);
    assert.equal(ledger.pending(["a"], NOON, 1, new Set()).length, 1, "still owed");
    other.exec("DROP TRIGGER refuse");
    other.close();
    ledger.settle(blob.key, "a", settlement, 10, NOON, acknowledged);
    assert.equal(known(0, 2), 2);
    assert.equal(ledger.pending(["a"], NOON, 1, new Set()).length, 0);
  });

  test("knows nothing of a write of which only the first part went through", () => {
    const other = new DatabaseSync(join(directory, "ledger.db"));
    other.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON seen WHEN (SELECT count(*) FROM seen) > 0 BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    assert.throws(() => remember(0, 300));
    assert.equal(known(0, 300), 0);
    other.exec("DROP TRIGGER refuse");
    other.close();
    remember(0, 300);
    assert.equal(known(0, 300), 300);
  });

  test("forgets a record seven whole days later, with prune(), and not before", () => {
    remember(0, 10);
    remember(10, 20, NOON + DAY_MS);
    ledger.prune(NOON + 7 * DAY_MS);
    assert.equal(known(0, 20), 20);
    ledger.prune(NOON + 8 * DAY_MS);
    assert.equal(known(0, 10), 0);
    assert.equal(known(10, 20), 10);
    assert.equal(ledger.seenSpan("a").fromMs, NOON - 12 * 3_600_000 + DAY_MS);
  });

  test("keeps what was stored after the clock was set back, and forgets days that are far ahead", () => {
    remember(0, 10, NOON + 400 * DAY_MS);
    remember(10, 20, NOON);
    ledger.prune(NOON);
    assert.equal(known(0, 10), 0);
    assert.equal(known(10, 20), 10);
  });

  test("forgets the oldest first at the ceiling, and stays below it", () => {
    const ceiling = 10_000;
    for (let from = 0; from < 25_000; from += 100) {
      remember(from, from + 100, NOON, ceiling);
      assert.ok(ledger.seenSpan("a").records <= ceiling);
    }
    assert.equal(known(25_000 - 8500, 25_000), 8500, "the newest are all there");
    assert.equal(known(0, 15_000), 0);
  });
});
