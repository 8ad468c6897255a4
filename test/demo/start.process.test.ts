import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { readExported } from "../../demo/exported.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-start-"));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the start script. `onOutput` may stop it. */
async function start(args: readonly string[], onOutput?: (output: string, kill: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "demo/start.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
    onOutput?.(output, () => child.kill("SIGINT"));
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const [code] = await once(child, "exit");
  return { code, output };
}

suite("npm start", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("drains the shipped records exactly once into the output file and exits 0", async () => {
    const path = join(folder, "out.jsonl");
    const { code, output } = await start(["--drain", "--output", path]);
    assert.equal(code, 0, output);
    assert.match(output, /missing +0\n/);
    assert.match(output, /dead letters +0\n/);
    const keys: string[] = [];
    for await (const { key } of readExported(path)) keys.push(key);
    const shipped = readFileSync("emulator/data/audit-records.ndjson", "utf8").trim().split("\n").length;
    assert.equal(keys.length, shipped);
    assert.equal(new Set(keys).size, shipped);
  });

  test("takes records of the user's own, such without an id included", async () => {
    const records = join(folder, "mine.ndjson");
    writeFileSync(records, '{"Operation":"A","RecordType":1}\n{"Operation":"A","RecordType":1}\n{"a":1}\n');
    const { code, output } = await start(["--drain", "--records", records]);
    assert.equal(code, 0, output);
    assert.match(output, /records exported +3\n/);
  });

  test("shows live records until it is interrupted, then the summary", async () => {
    let killed = false;
    const { code, output } = await start(["--rate", "20"], (seen, kill) => {
      if (killed || !seen.includes("cloudaudit")) return;
      killed = true;
      kill();
    });
    assert.equal(code, 0, output);
    assert.match(output, /Summary\n/);
  });

  for (const { name, args, message } of [
    { name: "a file that is not there", args: ["--records", "nowhere.ndjson"], message: /nowhere\.ndjson/ },
    { name: "an output that exists", args: ["--output", "package.json"], message: /exists already/ },
  ]) {
    test(`refuses ${name} with exit code 2`, async () => {
      const { code, output } = await start(args);
      assert.equal(code, 2);
      assert.match(output, message);
    });
  }
});
