import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import { readLedger } from "../../../collector/storage/ledger-report.ts";
import { SCHEMA_VERSION } from "../../../collector/storage/schema.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, Storage } from "../../../collector/storage/storage.ts";

// What docs/ledger.md tells an operator to do, done.

const TYPE = "Audit.General";
const FILES = ["ledger.db", "ledger.db-wal", "ledger.db-shm"] as const;

let folder: string;
let storage: Storage | undefined;

const state = (): string => join(folder, "state");
const inState = (name: string): string => join(state(), name);

function open(): Ledger {
  storage = openStorage(state());
  const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
  ledger.openBranches(["logs>a"], 0);
  return ledger;
}

function close(): void {
  storage?.close();
  storage = undefined;
}

function list(ledger: Ledger, ...ids: readonly string[]): void {
  const page = ids.map((contentId) => ({ contentId, uri: "u", createdMs: 5, expiresMs: 9e15 }));
  ledger.addListed(TYPE, page, 6);
}

function owed(ledger: Ledger): readonly string[] {
  return ledger.pending(["logs>a"], 9, 99, new Set()).map(({ contentId }) => contentId);
}

function deliver(ledger: Ledger, contentId: string): void {
  const blob = ledger.pending(["logs>a"], 9, 99, new Set()).find((one) => one.contentId === contentId);
  ledger.settle(blob?.key ?? -1, "logs>a", { state: "delivered", records: 1 }, 1, 9);
}

function moveAway(): void {
  mkdirSync(join(folder, "old"));
  for (const name of FILES) if (existsSync(inState(name))) renameSync(inState(name), join(folder, "old", name));
}

suite("Backup and restore of the ledger", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "otel-o365-backup-"));
  });
  afterEach(() => {
    storage?.close();
    storage = undefined;
    rmSync(folder, { recursive: true });
  });

  test("a copy made beside the running collector is whole, and delivers again only what came after it", async () => {
    const ledger = open();
    list(ledger, "one", "two");
    deliver(ledger, "one");
    const source = new DatabaseSync(inState("ledger.db"), { readOnly: true });
    mkdirSync(join(folder, "backup"));
    await backup(source, join(folder, "backup", "ledger.db"));
    source.close();
    deliver(ledger, "two");
    list(ledger, "three");
    deliver(ledger, "three");
    close();
    assert.equal(readLedger(join(folder, "backup"))?.integrations[0]?.contentTypes[0]?.listed, 2);
    moveAway();
    copyFileSync(join(folder, "backup", "ledger.db"), inState("ledger.db"));
    const restored = open();
    assert.deepEqual(owed(restored), ["two"]);
    list(restored, "one", "two", "three");
    assert.deepEqual(owed(restored), ["three", "two"], "what is listed again and known stays as it is");
  });

  test("the files of a collector that was killed belong together, and are whole when copied together", () => {
    const ledger = open();
    list(ledger, "one", "two");
    deliver(ledger, "one");
    mkdirSync(join(folder, "copy"));
    // Not closed: as after a SIGKILL, the newest transactions are in the -wal file only.
    for (const name of FILES) copyFileSync(inState(name), join(folder, "copy", name));
    close();
    moveAway();
    for (const name of FILES) copyFileSync(join(folder, "copy", name), inState(name));
    assert.deepEqual(owed(open()), ["two"]);
  });

  test("without a ledger, collection starts as on the first day", () => {
    const ledger = open();
    list(ledger, "one");
    deliver(ledger, "one");
    ledger.addCoverage(TYPE, { fromMs: 0, toMs: 10 }, 20);
    close();
    moveAway();
    const fresh = open();
    assert.deepEqual(fresh.coverage(TYPE, { fromMs: 0, toMs: 99 }), []);
    list(fresh, "one");
    assert.deepEqual(owed(fresh), ["one"]);
  });

  test("a collector that begins a ledger where another one was knows that it was lost", () => {
    open();
    assert.equal(storage?.ledgerWasLost, false);
    close();
    open();
    assert.equal(storage?.ledgerWasLost, false);
    close();
    moveAway();
    open();
    assert.equal(storage?.ledgerWasLost, true);
  });

  test("a ledger that is moved away from under a collector takes nothing more, until it is back", () => {
    const ledger = open();
    list(ledger, "one");
    moveAway();
    assert.throws(() => list(ledger, "two"), {
      code: "OTEL_O365_STORAGE",
      message: /^Cannot write ".*ledger\.db": the file was deleted or moved away while the collector runs/,
    });
    writeFileSync(inState("ledger.db"), "");
    assert.throws(() => list(ledger, "two"), { message: /another file was put in its place/ });
    for (const name of FILES) renameSync(join(folder, "old", name), inState(name));
    list(ledger, "two");
    assert.deepEqual(owed(ledger).toSorted(), ["one", "two"]);
  });

  test("a downgrade is refused with what to do, and leaves the file as it is", () => {
    list(open(), "one");
    close();
    const newer = new DatabaseSync(inState("ledger.db"));
    newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    assert.throws(open, {
      code: "OTEL_O365_STORAGE",
      message: /run the newer otel-o365 that wrote it, or give another/,
    });
    assert.equal(readLedger(state())?.integrations[0]?.contentTypes[0]?.listed, 1);
  });

  for (const [name, damage] of [
    ["is not a database", () => writeFileSync(inState("ledger.db"), "x".repeat(8192))],
    ["lost its second half", () => truncateSync(inState("ledger.db"), 40_960)],
  ] as const) {
    test(`a file that ${name} stops the start and is named`, () => {
      list(open(), ...Array.from({ length: 500 }, (_, index) => `blob-${index}`));
      close();
      damage();
      assert.throws(
        () => {
          const ledger = open();
          owed(ledger);
          list(ledger, "new");
        },
        { code: "OTEL_O365_STORAGE", message: /ledger\.db.*(restore a backup|move the file)/s },
      );
    });
  }
});
