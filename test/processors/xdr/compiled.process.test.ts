import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compiled } from "../../../processors/xdr/compiled.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** In MiB, after all garbage was collected. */
async function heap(): Promise<number> {
  assert.ok(typeof collectGarbage === "function");
  for (let times = 0; times < 4; times += 1) {
    await setImmediate();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

suite("compiled()", () => {
  test("makes functions that take no memory once nobody has them, and none that would", async () => {
    const code = (number: number, times: number): string => `/* ${String(number).repeat(times)} */ return value + 1;`;
    const make = (number: number): void => {
      const found: unknown = compiled("value", code(number, 3980))?.(1);
      assert.equal(found, 2);
    };
    make(1000);
    const before = await heap();
    // 32 MB of code.
    for (let number = 1000; number < 3000; number += 1) make(number);
    const grown = (await heap()) - before;
    assert.ok(grown < 4, `${grown} MiB`);
    assert.equal(compiled("value", code(1000, 4000)), undefined);
  });

  test("makes none where the process forbids it, and records are mapped all the same", () => {
    const script = join(import.meta.dirname, "support", "map-samples.ts");
    const map = (...flags: readonly string[]): unknown => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, script], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout);
    };
    assert.deepEqual(map("--disallow-code-generation-from-strings"), map());
  });
});
