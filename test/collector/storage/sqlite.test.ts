import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import { CollectorError, describeError, ErrorCode } from "../../../collector/errors.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";

const OWNER = { cloud: "commercial", tenantId: "tenant", clientId: "client" };

/** True for a storage error whose message matches every pattern. */
function storageError(...patterns: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CollectorError);
    assert.equal(error.code, ErrorCode.storage);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}

suite("openStorage()", () => {
  let root: string;
  let directory: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "storage-"));
    directory = join(root, "state", "collector");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test("makes directory and files for its user alone", () => {
    const storage = openStorage(directory);
    storage.ledger(OWNER).openBranches(["a"], 0);
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    assert.equal(mode(directory), "700");
    assert.equal(mode(storage.spoolDirectory), "700");
    for (const name of ["ledger.db", "ledger.db-wal", "ledger.db-shm", "lock.db"]) {
      assert.equal(mode(join(directory, name)), "600", name);
    }
    storage.close();
  });

  test("empties the spool folder", () => {
    const spool = join(directory, "spool");
    mkdirSync(join(spool, "folder"), { recursive: true });
    writeFileSync(join(spool, "left-over"), "x");
    writeFileSync(join(spool, "folder", "left-over"), "x");
    const storage = openStorage(directory);
    assert.equal(storage.spoolDirectory, spool);
    assert.ok(existsSync(spool));
    assert.ok(!existsSync(join(spool, "left-over")));
    assert.ok(!existsSync(join(spool, "folder")));
    storage.close();
  });

  test("names the collector that holds the directory", () => {
    const first = openStorage(directory, { startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5) });
    const expected = storageError(
      /^Cannot use storage directory ".*collector": process \d+ on host ".+" holds it since /,
      new RegExp(`process ${process.pid} on host "${hostname()}"`),
      /since 2026-01-02T03:04:05.000Z; stop that collector/,
    );
    assert.throws(() => openStorage(directory), expected);
    assert.throws(() => openStorage(directory), expected, "a refused attempt must not free the lock");
    assert.throws(
      () => openStorage(directory),
      (error) => describeError(error).endsWith("give this one a directory of its own"),
      "nobody is to look for another program",
    );
    first.close();
  });

  test("frees the directory with close(), which may be called twice", () => {
    const first = openStorage(directory);
    first.close();
    first.close();
    openStorage(directory).close();
  });

  test("leaves the spool of the collector that holds the directory alone", () => {
    const first = openStorage(directory);
    const spooled = join(first.spoolDirectory, "blob");
    writeFileSync(spooled, "x");
    assert.throws(() => openStorage(directory), CollectorError);
    assert.ok(existsSync(spooled));
    first.close();
  });

  test("frees the directory when the ledger cannot be opened", () => {
    mkdirSync(directory, { recursive: true });
    const ledger = join(directory, "ledger.db");
    writeFileSync(ledger, "no database at all".repeat(100));
    assert.throws(
      () => openStorage(directory),
      storageError(/Cannot \w+ ".*ledger\.db": .*not a database; move the file/),
    );
    rmSync(ledger);
    openStorage(directory).close();
  });

  test("refuses a ledger of a newer version and leaves it as it is", () => {
    openStorage(directory).close();
    const path = join(directory, "ledger.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 999");
    database.close();
    assert.throws(() => openStorage(directory), storageError(/its schema is version 999/, /run the newer otel-o365/));
    const after = new DatabaseSync(path);
    assert.equal(after.prepare("PRAGMA user_version").get()?.["user_version"], 999);
    after.close();
  });

  test("refuses a database of another program", () => {
    mkdirSync(directory, { recursive: true });
    const database = new DatabaseSync(join(directory, "ledger.db"));
    database.exec("CREATE TABLE content (a); PRAGMA user_version = 1");
    database.close();
    assert.throws(() => openStorage(directory), storageError(/another program wrote it/));
  });

  test("says which path cannot be made", () => {
    writeFileSync(join(root, "file"), "");
    const inside = join(root, "file", "state");
    assert.throws(
      () => openStorage(inside),
      storageError(/Cannot use directory ".*\/file": it is a file/, /name a folder/),
    );
  });

  test(
    "says so when the ledger may not be written",
    { skip: process.getuid?.() === 0 && "root may write anything" },
    () => {
      openStorage(directory).close();
      chmodSync(join(directory, "ledger.db"), 0o400);
      assert.throws(() => openStorage(directory), storageError(/ledger\.db/, /this user may read and write/));
    },
  );

  test("reports damage inside the file from the method that meets it", () => {
    const storage = openStorage(directory);
    const ledger = storage.ledger(OWNER);
    ledger.openBranches(["a"], 0);
    const other = new DatabaseSync(join(directory, "ledger.db"));
    other.exec("PRAGMA foreign_keys = OFF; DROP TABLE owed");
    other.close();
    assert.throws(
      () => ledger.pending(["a"], 0, 1, new Set()),
      storageError(/Cannot \w+ ".*ledger\.db": no such table: owed/),
    );
    storage.close();
  });

  test("keeps the ledger in WAL mode", () => {
    const storage = openStorage(directory);
    storage.ledger(OWNER);
    const reader = new DatabaseSync(join(directory, "ledger.db"), { readOnly: true });
    assert.equal(reader.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
    reader.close();
    storage.close();
  });

  test("gives the same ledger to the same owner after a reopen, another to another", () => {
    const first = openStorage(directory);
    first.ledger(OWNER).setSubscriptionStarted("Audit.General", 42);
    assert.equal(first.ledger(OWNER).subscriptionStartedMs("Audit.General"), 42);
    assert.equal(first.ledger({ ...OWNER, clientId: "other" }).subscriptionStartedMs("Audit.General"), undefined);
    first.close();
    const second = openStorage(directory);
    assert.equal(second.ledger(OWNER).subscriptionStartedMs("Audit.General"), 42);
    second.close();
  });
});
