import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import { owedBlobs, readLedger } from "../../../collector/storage/ledger-report.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, PendingContent } from "../../../collector/storage/storage.ts";

const TYPE = "Audit.General";
const HOUR = 3_600_000;

let directory: string;

/** Writes a ledger the way a collector does, and closes it. */
function write(work: (ledger: Ledger) => void): void {
  const storage = openStorage(directory);
  try {
    work(storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" }));
  } finally {
    storage.close();
  }
}

/** Changes the file behind the collector's back. */
function tamper(sql: string): void {
  const database = new DatabaseSync(join(directory, "ledger.db"));
  database.exec(sql);
  database.close();
}

function blob(
  contentId: string,
  createdMs: number,
): { contentId: string; uri: string } & Record<"createdMs" | "expiresMs", number> {
  return { contentId, uri: contentId, createdMs, expiresMs: 9 * HOUR };
}

function pending(ledger: Ledger, branch: string): ReadonlyMap<string, PendingContent> {
  return new Map(ledger.pending([branch], 0, 99, new Set()).map((one) => [one.contentId, one]));
}

suite("readLedger()", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "otel-o365-report-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("gives undefined where there is no ledger, and makes no file", () => {
    assert.equal(readLedger(directory), undefined);
    assert.deepEqual(readdirSync(directory), []);
  });

  test("gives undefined for the empty file of a collector that is just starting", () => {
    writeFileSync(join(directory, "ledger.db"), "");
    assert.equal(readLedger(directory), undefined);
    assert.equal(owedBlobs(directory), 0);
  });

  test("counts blobs by how they ended, and says what each branch owes", () => {
    write((ledger) => {
      ledger.openBranches(["logs>a", "logs>b"], 2);
      ledger.origin(TYPE, 5);
      ledger.setSubscriptionStarted(TYPE, 6);
      ledger.addListed(
        TYPE,
        ["1", "2", "3", "4", "5"].map((id) => blob(id, Number(id))),
        100,
      );
      ledger.addCoverage(TYPE, { fromMs: 0, toMs: 10 }, 20);
      ledger.addCoverage(TYPE, { fromMs: 30, toMs: 40 }, 50);
      const settle = (id: string, branch: string, state: "delivered" | "expired" | "gone"): void => {
        const key = pending(ledger, branch).get(id)?.key ?? -1;
        ledger.settle(key, branch, { state, records: state === "delivered" ? 7 : 0 }, 1, 60);
      };
      for (const branch of ["logs>a", "logs>b"]) settle("2", branch, "delivered");
      for (const branch of ["logs>a", "logs>b"]) settle("3", branch, "expired");
      for (const branch of ["logs>a", "logs>b"]) settle("4", branch, "gone");
      settle("5", "logs>b", "delivered");
      ledger.fetchFailed(pending(ledger, "logs>a").get("5")?.key ?? -1, "the API answered 500", 70);
    });
    const [integration, ...others] = readLedger(directory)?.integrations ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(integration, {
      owner: { cloud: "commercial", tenantId: "t", clientId: "c" },
      component: undefined,
      contentTypes: [
        {
          contentType: TYPE,
          listed: 5,
          delivered: 1,
          pending: 1,
          setAside: 1,
          expired: 1,
          gone: 1,
          records: 7,
          lastError: "the API answered 500",
          newestMs: 5,
          newestRecordMs: undefined,
          longestPauseMs: 1,
          originMs: 5,
          subscriptionStartedMs: 6,
          coverage: [
            { fromMs: 0, toMs: 10, listedAtMs: 20 },
            { fromMs: 30, toMs: 40, listedAtMs: 50 },
          ],
          owed: [{ branch: "logs>a", blobs: 1, oldestCreatedMs: 5, oldestListedMs: 100 }],
        },
      ],
      branches: [
        { name: "logs>a", sinceMs: 2, active: true, delivered: 1, expired: 1, gone: 1 },
        { name: "logs>b", sinceMs: 2, active: true, delivered: 2, expired: 1, gone: 1 },
      ],
    });
    assert.equal(owedBlobs(directory), 1);
  });

  test("counts the same as the collector does", () => {
    write((ledger) => {
      ledger.openBranches(["logs>a"], 0);
      ledger.addListed(TYPE, [blob("1", 1), blob("2", 2)], 0);
      ledger.settle(pending(ledger, "logs>a").get("1")?.key ?? -1, "logs>a", { state: "delivered", records: 3 }, 1, 1);
      const read = readLedger(directory)?.integrations[0]?.contentTypes[0];
      assert.ok(read !== undefined);
      const { contentType, listed, delivered, pending: owed, expired, gone, records } = read;
      assert.deepEqual(ledger.counts(), [{ contentType, listed, delivered, pending: owed, expired, gone, records }]);
    });
  });

  test("names a content type that was only subscribed to, and a branch that is gone", () => {
    write((ledger) => {
      ledger.openBranches(["logs>old"], 0);
      ledger.openBranches(["logs>new"], 0);
      ledger.setSubscriptionStarted("DLP.All", 1);
    });
    const [integration] = readLedger(directory)?.integrations ?? [];
    assert.deepEqual(
      integration?.contentTypes.map(({ contentType, listed }) => [contentType, listed]),
      [["DLP.All", 0]],
    );
    assert.deepEqual(
      integration?.branches.map(({ name, active }) => [name, active]),
      [
        ["logs>old", false],
        ["logs>new", true],
      ],
    );
  });

  test("reads a newer schema that only has more", () => {
    write(() => {});
    tamper("CREATE TABLE more (x); ALTER TABLE content ADD COLUMN more TEXT; PRAGMA user_version = 99");
    assert.equal(readLedger(directory)?.integrations.length, 1);
  });

  const refused: readonly { readonly name: string; readonly sql: string; readonly message: RegExp }[] = [
    {
      name: "a newer schema lacks what is read",
      sql: "ALTER TABLE coverage RENAME COLUMN listed_at TO seen_at; PRAGMA user_version = 99",
      message: /version 99 and has no column "listed_at" in table "coverage"; run the otel-o365 that wrote it$/,
    },
    {
      name: "another program wrote the file",
      sql: "PRAGMA application_id = 7",
      message: /another program wrote it \(application_id 7\); name another directory$/,
    },
  ];
  for (const { name, sql, message } of refused) {
    test(`throws OTEL_O365_STORAGE when ${name}`, () => {
      write(() => {});
      tamper(sql);
      assert.throws(() => readLedger(directory), { code: "OTEL_O365_STORAGE", message });
    });
  }

  test("throws OTEL_O365_STORAGE when the file is no database", () => {
    writeFileSync(join(directory, "ledger.db"), "x".repeat(4096));
    assert.throws(() => readLedger(directory), { code: "OTEL_O365_STORAGE", message: /restore a backup$/ });
  });

  test("throws OTEL_O365_STORAGE when the ledger is a folder", () => {
    mkdirSync(join(directory, "ledger.db"));
    assert.throws(() => readLedger(directory), { code: "OTEL_O365_STORAGE" });
  });
});
