import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, suite, test } from "node:test";
import type { owedBlobs, readLedger } from "../../../collector/storage/ledger-report.ts";
import { readLock, type LockHolder } from "../../../collector/storage/lock-holder.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-lock-"));

const SCRIPT = `
  const { readLock } = await import(process.argv[1]);
  const { owedBlobs, readLedger } = await import(process.argv[2]);
  const [, , , directory] = process.argv;
  console.log(JSON.stringify([readLock(directory), owedBlobs(directory), readLedger(directory)]));
`;

type Seen = readonly [LockHolder, ReturnType<typeof owedBlobs>, ReturnType<typeof readLedger>];

/** Looks from a process of its own, as the command does. */
function look(directory: string): Seen {
  const modules = ["lock-holder.ts", "ledger-report.ts"].map((name) =>
    import.meta.resolve(`../../../collector/storage/${name}`),
  );
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", SCRIPT, ...modules, directory];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(stderr, "");
  const seen: Seen = JSON.parse(stdout);
  return seen;
}

suite("Reading beside a collector", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("readLock() says that none runs where none ever did, and makes no file", () => {
    assert.deepEqual(readLock(folder), { running: "no", process: undefined, ending: undefined });
    assert.deepEqual(readdirSync(folder), []);
  });

  test("sees who runs and what it owes, and leaves the lock with it", () => {
    const directory = join(folder, "running");
    const startedAtMs = Date.UTC(2026, 6, 1);
    const storage = openStorage(directory, { startedAtMs });
    const process_ = { pid: process.pid, host: hostname(), startedAt: "2026-07-01T00:00:00.000Z" };
    try {
      const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
      ledger.openBranches(["logs>a", "logs>b"], 0);
      const page = ["1", "2"].map((contentId) => ({ contentId, uri: contentId, createdMs: 1, expiresMs: 2 }));
      ledger.addListed("Audit.General", page, 1);
      for (let round = 0; round < 2; round += 1) {
        const [lock, owed, facts] = look(directory);
        // JSON has no undefined.
        assert.deepEqual(lock, { running: "yes", process: process_ });
        assert.equal(owed, 4);
        assert.equal(facts?.integrations[0]?.contentTypes[0]?.listed, 2);
      }
      // The collector goes on writing after it was looked at.
      ledger.addListed("Audit.General", [{ contentId: "3", uri: "3", createdMs: 1, expiresMs: 2 }], 1);
      assert.throws(() => openStorage(directory), { code: "OTEL_O365_STORAGE", message: /holds it since/ });
    } finally {
      storage.close("stopped", Date.UTC(2026, 6, 2));
      storage.close("failed", Date.UTC(2026, 6, 3));
    }
    const ending = { kind: "stopped", atMs: Date.UTC(2026, 6, 2) };
    assert.deepEqual(readLock(directory), { running: "no", process: process_, ending });
    openStorage(directory).close("failed", Date.UTC(2026, 6, 4));
    assert.deepEqual(readLock(directory).ending, { kind: "failed", atMs: Date.UTC(2026, 6, 4) });
  });

  test("tells a killed collector from a stopped one, and until when it lived", () => {
    const directory = join(folder, "killed");
    openStorage(directory).close();
    const beatMs = Date.UTC(2040, 0, 1);
    const sqlite = import.meta.resolve("../../../collector/storage/sqlite.ts");
    const script = `
      const { openStorage } = await import(${JSON.stringify(sqlite)});
      openStorage(${JSON.stringify(directory)}).beat(${beatMs});
      process.kill(process.pid, "SIGKILL");
    `;
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const { signal, pid } = spawnSync(process.execPath, args);
    assert.equal(signal, "SIGKILL");
    const { running, process: holder, ending } = readLock(directory);
    assert.deepEqual([running, holder?.pid, ending], ["no", pid, { kind: "abrupt", atMs: beatMs }]);
  });

  test("takes a folder whose collector left no word of its end, as earlier ones did, for a killed one", () => {
    const directory = join(folder, "earlier");
    openStorage(directory).close();
    const lock = new DatabaseSync(join(directory, "lock.db"));
    lock.exec("DROP TABLE ending");
    lock.close();
    assert.equal(readLock(directory).ending?.kind, "abrupt");
    openStorage(directory).close();
    assert.equal(readLock(directory).ending?.kind, "stopped");
  });
});
