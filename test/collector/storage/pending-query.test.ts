import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { DatabaseSync } from "node:sqlite";
import { Database, type Row } from "../../../collector/storage/database.ts";
import { queryPending } from "../../../collector/storage/pending-query.ts";
import { LEDGER_FILE, openStorage } from "../../../collector/storage/sqlite.ts";

const NONE: ReadonlySet<number> = new Set();
const OWED = 100_000;
/** Blobs with a time from here on. */
const RECENT = 99_000;

/** Counts the rows that statements give. None of them sorts or filters, so it is what they read. */
class CountingDatabase extends Database {
  rows = 0;
  readonly texts: Set<string> = new Set();

  override all(sql: string, ...values: Parameters<Database["all"]>[1][]): readonly Row[] {
    const rows = super.all(sql, ...values);
    this.rows += rows.length;
    this.texts.add(sql);
    return rows;
  }

  override get(sql: string, ...values: Parameters<Database["get"]>[1][]): Row | undefined {
    const row = super.get(sql, ...values);
    this.rows += row === undefined ? 0 : 1;
    this.texts.add(sql);
    return row;
  }
}

suite("queryPending() in a ledger that owes 100,000 blobs", () => {
  let folder: string;
  let path: string;
  let database: CountingDatabase;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pending-"));
    path = join(folder, LEDGER_FILE);
    const storage = openStorage(folder);
    const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
    ledger.openBranches(["logs>one"], 0);
    const page = Array.from({ length: OWED }, (_, index) => ({
      contentId: `blob-${String(index).padStart(6, "0")}`,
      uri: `https://api.example/${index}`,
      createdMs: index,
      expiresMs: Number.MAX_SAFE_INTEGER,
    }));
    ledger.addListed("Audit.General", page, 0);
    storage.close();
    database = new CountingDatabase(path, 0);
  });
  after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  for (const [name, created, first] of [
    ["of all", undefined, "blob-000000"],
    ["of backfill", { toMs: RECENT }, "blob-000000"],
    ["of live content", { fromMs: RECENT }, "blob-099000"],
  ] as const) {
    test(`reads what it gives and what is in flight before it, ${name}`, () => {
      const branches = new Map([["logs>one", 1]]);
      const inFlight = new Set(queryPending(database, branches, OWED, 200, NONE, created).map(({ key }) => key));
      const before = database.rows;
      const found = queryPending(database, branches, OWED, 4, inFlight, created);
      assert.equal(found.length, 4);
      assert.equal(found[0]?.contentId, first.replace(/000$/, "200"));
      // 204 entries of the index, two lookups for each blob given, one of the next time.
      assert.ok(database.rows - before <= 204 + 2 * 4 + 1, `${database.rows - before} rows`);
    });
  }

  test("sorts nothing and scans no table", () => {
    using plain = new DatabaseSync(path, { readOnly: true });
    assert.ok(database.texts.size >= 4);
    for (const sql of database.texts) {
      const plan = plain
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length: 5 }, () => 1).slice(0, sql.split("?").length - 1));
      for (const { detail } of plan) assert.match(String(detail), /^SEARCH /, sql);
    }
  });
});
