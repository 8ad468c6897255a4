import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { suite, test } from "node:test";
import { CollectorError } from "../../../collector/errors.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";

const OWNER = { cloud: "commercial", tenantId: "tenant", clientId: "client" };
const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const PAGE = 20;

/** Stores page after page, each followed by its coverage, and prints the number of a page once both are on disk. */
const WRITER = `
  const { openStorage } = await import(process.argv[1]);
  const storage = openStorage(process.argv[2]);
  const ledger = storage.ledger(${JSON.stringify(OWNER)});
  ledger.openBranches(["a"], 0);
  const { writeSync } = await import("node:fs");
  writeSync(1, "open\\n");
  for (let page = 0; ; page += 1) {
    const blobs = Array.from({ length: ${PAGE} }, (_, index) => ({
      contentId: page + "-" + index, uri: "u", createdMs: page + 1, expiresMs: 1,
    }));
    ledger.addListed("T", blobs, 0);
    ledger.addCoverage("T", { fromMs: page, toMs: page + 1 }, 0);
    if (page > 0) {
      const [oldest] = ledger.pending(["a"], 0, 1, new Set());
      ledger.settle(oldest.key, "a", { state: "delivered", records: 1 }, 1, 0);
    }
    writeSync(1, page + "\\n");
  }
`;

interface Writer {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

function startWriter(directory: string): Writer {
  const module = import.meta.resolve("../../../collector/storage/sqlite.ts");
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", WRITER, module, directory];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function kill({ child, lines }: Writer): Promise<number> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  let last = -1;
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) last = Number(line.value);
  return last;
}

suite("openStorage() and a killed process", { concurrency: false }, () => {
  test("finds what was committed and the lock free, whenever the process died", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "killed-"));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    for (const lines of [1, 2, 5, 40]) {
      rmSync(directory, { recursive: true, force: true });
      const writer = startWriter(directory);
      let seen = -1;
      for (let line = 0; line < lines; line += 1) seen = Number((await writer.lines.next()).value);
      const printed = Math.max(Number.isNaN(seen) ? -1 : seen, await kill(writer));

      const storage = openStorage(directory);
      const ledger = storage.ledger(OWNER);
      const listed = ledger.counts()[0]?.listed ?? 0;
      assert.equal(listed % PAGE, 0, "a page was stored in part");
      assert.ok(listed >= (printed + 1) * PAGE, `${listed} blobs after page ${printed} was acknowledged`);
      const [period] = ledger.coverage("T", EVERYTHING);
      const coveredTo = period?.toMs ?? 0;
      assert.ok(coveredTo >= printed + 1);
      assert.ok(coveredTo * PAGE <= listed, "a period counts as covered before its blobs are stored");
      const settled = ledger.counts()[0]?.delivered ?? 0;
      assert.ok(settled >= printed);
      assert.equal(ledger.pending(["a"], 0, listed + 1, new Set()).length, listed - settled);
      storage.close();
    }
  });

  test("is refused while the other process lives, naming it", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "held-"));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const writer = startWriter(directory);
    await writer.lines.next();
    try {
      assert.throws(
        () => openStorage(directory),
        (error) => error instanceof CollectorError && error.message.includes(`process ${writer.child.pid} on host`),
      );
    } finally {
      await kill(writer);
    }
    openStorage(directory).close();
  });
});
