import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { suite, test } from "node:test";
import type { Failure } from "../../fuzz/messages.ts";
import { parseOptions } from "../../fuzz/options.ts";
import { fuzzWithWorkers, type Progress } from "../../fuzz/workers.ts";

const STUB = join(import.meta.dirname, "support/stub-worker.ts");

suite("fuzzWithWorkers()", () => {
  const COMMON = { seed: 11, partLength: 100, onProgress: () => undefined };

  test("tries every record once, whatever the number of processes", async () => {
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      seen.push(progress);
    };
    const failure = await fuzzWithWorkers({ ...COMMON, first: 50, records: 220, workers: 2, onProgress });
    assert.equal(failure, undefined);
    assert.equal(seen.at(-1)?.tried, 220);
    assert.ok((seen.at(-1)?.memory ?? 0) > 0);
  });

  const stubbed = (first: number, records: number, workers: number, silenceMs = 60_000): Promise<Failure | undefined> =>
    fuzzWithWorkers({ ...COMMON, first, records, workers, script: STUB, silenceMs });

  test("ends with the first failure, and passes on what its worker found out", async () => {
    const failure = await stubbed(0, 600, 2);
    assert.equal(failure?.reason, "on purpose");
    assert.deepEqual(failure.again, { first: 256, records: 45 });
  });

  test("throws when a process dies, and names the records that it was trying", async () => {
    await assert.rejects(
      stubbed(610, 200, 2),
      /^Error: A process was ended by SIGKILL among records 700 to 799; try them again: npm run fuzz:xdr -- --seed 11 --first 700 --records 100 --workers 1$/,
    );
  });

  test("throws when a process says nothing any more", async () => {
    await assert.rejects(
      stubbed(900, 100, 1, 5),
      /^Error: A process has said nothing for 0\.005 s among records 900 to/,
    );
  });
});

suite("npm run fuzz:xdr", () => {
  test("passes, and says how to repeat it", () => {
    const argv = ["--disable-warning=ExperimentalWarning", "fuzz/main.ts", "--records", "20", "--seed", "5"];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /^seed 5, 20 records, 1 process \(again: npm run fuzz:xdr -- --seed 5 --records 20\)$/m);
    assert.match(stdout, /^20 records, \d+ a second, \d+ MiB\nPASSED$/m);
  });

  test("parseOptions() refuses what is no whole number, and draws a seed", () => {
    for (const args of [["--records", "0"], ["--first=-1"], ["--workers", "x"], ["--seed", "1.5"]]) {
      assert.throws(() => parseOptions(args, 1), /^Error: Cannot use --\w+ \S+: it is no whole number from \d on$/);
    }
    const { seed, workers } = parseOptions(["--workers", "3"], 9) ?? {};
    assert.deepEqual({ seed, workers }, { seed: 9, workers: 3 });
  });
});
