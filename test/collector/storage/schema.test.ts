import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { Database } from "../../../collector/storage/database.ts";
import { readLedger } from "../../../collector/storage/ledger-report.ts";
import { migrate, SCHEMA_VERSION } from "../../../collector/storage/schema.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";

const TYPE = "Audit.General";

let directory: string;

const path = (): string => join(directory, "ledger.db");

/** A ledger as an otel-o365 of that schema has left it: one blob delivered, one owed, one expired. */
function writeOld(version: number): void {
  const database = new Database(path(), 1000);
  migrate(database, version);
  database.exec(`
    INSERT INTO integration (id, cloud, tenant_id, client_id) VALUES (1, 'commercial', 't', 'c');
    INSERT INTO origin VALUES (1, '${TYPE}', 5);
    INSERT INTO coverage VALUES (1, '${TYPE}', 0, 10, 20);
    INSERT INTO branch VALUES (1, 1, 'logs>a', 0, 1);
    INSERT INTO content (id, integration, content_type, content_id, uri, created, expires, listed_at) VALUES
      (1, 1, '${TYPE}', 'one', 'u', 6, 99, 7), (2, 1, '${TYPE}', 'two', 'u', 7, 99, 7), (3, 1, '${TYPE}', 'three', 'u', 8, 99, 9);
    INSERT INTO settlement (content, branch, state, records, reason, settled_at) VALUES
      (1, 1, 'delivered', 3, NULL, 9), (3, 1, 'expired', 0, 'AF20051', 9);
    INSERT INTO owed VALUES (2, 1, 7, 'two', 0);`);
  database.close();
}

function schemaOf(): readonly unknown[] {
  const database = new Database(path(), 1000);
  const rows = database.all("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name");
  database.close();
  return rows.map((row) => ({ ...row }));
}

suite("migrate()", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "otel-o365-schema-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  for (let version = 1; version <= SCHEMA_VERSION; version += 1) {
    test(`keeps what a ledger of schema version ${version} holds`, () => {
      writeOld(version);
      const storage = openStorage(directory);
      const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
      try {
        assert.deepEqual(ledger.openBranches(["logs>a"], 0), []);
        const owed = ledger.pending(["logs>a"], 0, 9, new Set());
        assert.deepEqual(
          owed.map(({ contentId }) => contentId),
          ["two"],
        );
        assert.deepEqual(ledger.coverage(TYPE, { fromMs: 0, toMs: 10 }), [{ fromMs: 0, toMs: 10 }]);
        assert.equal(ledger.origin(TYPE, 100), 5);
        assert.deepEqual(
          ledger.untoldLosses(9).map(({ contentId, reason }) => [contentId, reason]),
          [["three", "AF20051"]],
        );
        const facts = ledger.healthFacts();
        assert.equal(facts.contentTypes[0]?.newestMs, version < 3 ? 8 : undefined);
        assert.deepEqual(ledger.seen("logs>a", Buffer.alloc(16)), Uint8Array.of(0));
      } finally {
        storage.close();
      }
    });

    test(`leads from version ${version} to the same schema as from nothing`, () => {
      writeOld(version);
      const migrated = new Database(path(), 1000);
      migrate(migrated);
      migrated.close();
      const seen = schemaOf();
      rmSync(directory, { recursive: true });
      openStorage(directory).close();
      assert.deepEqual(seen, schemaOf());
    });

    test(`is not needed to read a ledger of version ${version} for status`, () => {
      writeOld(version);
      const facts = readLedger(directory);
      assert.equal(facts?.integrations[0]?.contentTypes[0]?.listed, 3);
      assert.deepEqual([facts?.conditions, facts?.deadLetters], [[], []]);
    });
  }
});
