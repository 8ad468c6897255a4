import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import { forgetIntegration } from "../../../collector/storage/forget-integration.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { LedgerOwner } from "../../../collector/storage/storage.ts";

const NOW = Date.UTC(2026, 6, 30, 12);
const HOUR = 3_600_000;
const ONE: LedgerOwner = { cloud: "gcc", tenantId: "one", clientId: "app" };
const OTHER: LedgerOwner = { cloud: "gcc", tenantId: "other", clientId: "app" };

suite("forgetIntegration()", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "otel-o365-forget-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Rows by table. */
  function counts(): Readonly<Record<string, number>> {
    using database = new DatabaseSync(join(directory, "ledger.db"), { readOnly: true });
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all();
    return Object.fromEntries(
      tables.map(({ name }) => [
        name,
        Number(database.prepare(`SELECT count(*) AS n FROM "${String(name)}"`).get()?.["n"]),
      ]),
    );
  }

  function fill(owner: LedgerOwner): void {
    const storage = openStorage(directory);
    const ledger = storage.ledger(owner);
    ledger.openBranches(["logs>a", "logs>b"], NOW - 24 * HOUR);
    ledger.setSubscriptionStarted("Audit.General", NOW);
    const entry = { contentId: "1", uri: "https://api/1", createdMs: NOW - HOUR, expiresMs: NOW + HOUR };
    ledger.origin("Audit.General", NOW - 24 * HOUR);
    ledger.addListed("Audit.General", [entry, { ...entry, contentId: "2" }], NOW);
    ledger.addCoverage("Audit.General", { fromMs: NOW - 2 * HOUR, toMs: NOW - HOUR }, NOW);
    ledger.setReconciled("Audit.General", NOW);
    ledger.remember("logs>a", { keys: Buffer.from("0123456789abcdef"), maxRecords: 100_000 }, NOW);
    storage.close();
  }

  test("deletes every row of the integration, and none of another", () => {
    fill(OTHER);
    const before = counts();
    fill(ONE);
    assert.notDeepEqual(counts(), before);
    assert.equal(forgetIntegration(directory, ONE), true);
    assert.deepEqual(counts(), before);
    assert.equal(forgetIntegration(directory, ONE), false);
  });

  test("makes no ledger where there is none", () => {
    assert.equal(forgetIntegration(directory, ONE), false);
    assert.equal(existsSync(join(directory, "ledger.db")), false);
  });

  test("throws OTEL_O365_STORAGE and names the collector that works on the folder", () => {
    fill(ONE);
    const storage = openStorage(directory);
    try {
      assert.throws(() => forgetIntegration(directory, ONE), new RegExp(`process ${process.pid}`));
    } finally {
      storage.close();
    }
  });
});
