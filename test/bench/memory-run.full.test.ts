import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { before, suite, test } from "node:test";
import { measureMemory } from "../../bench/memory-run.ts";
import { packedPackage } from "../support/packed-package.ts";

/** Of the whole process. `npm run bench -- memory` measures the same on two million records. */
const LIMIT_MIB = 256;

suite("Memory of the built collector", { skip: !existsSync("/proc/self/status") }, () => {
  let root: string;
  before(() => {
    ({ root } = packedPackage());
  });

  test("stays below the limit while a backend is down and while a backlog drains", async (context) => {
    const content = [{ records: 60_000, recordsPerBlob: 100 }];
    const { peakMiB, samples } = await measureMemory({ content, backend: "down", root });
    const full = samples.findLast(({ phase }) => phase === "filling")?.residentMiB ?? Number.NaN;
    context.diagnostic(`peak ${peakMiB.toFixed(0)} MiB, ${full.toFixed(0)} MiB before a backend that is down`);
    assert.ok(peakMiB <= LIMIT_MIB, `${peakMiB} MiB at the peak`);
    assert.ok(Math.max(...samples.map(({ walMiB }) => walMiB)) < 16, "the write-ahead log is written back");
  });

  test("stays below the limit while twenty integrations have a backlog each", async (context) => {
    const content = [{ records: 2000, recordsPerBlob: 100 }];
    const { peakMiB } = await measureMemory({ integrations: 20, content, backend: "down", root });
    context.diagnostic(`peak ${peakMiB.toFixed(0)} MiB`);
    assert.ok(peakMiB <= LIMIT_MIB, `${peakMiB} MiB at the peak`);
  });

  test("stays below the limit while it takes in a single blob of 50 MB", async (context) => {
    const content = [{ records: 43_860, recordsPerBlob: 43_860 }];
    const { peakMiB } = await measureMemory({ content, backend: "up", root });
    context.diagnostic(`peak ${peakMiB.toFixed(0)} MiB`);
    assert.ok(peakMiB <= LIMIT_MIB, `${peakMiB} MiB at the peak`);
  });
});
