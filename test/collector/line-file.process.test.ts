import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";

/** Appends short lines until the limit on the file's size bites, lifts nothing, and appends a short one again. */
const PROGRAM = `
import { LineFile } from ${JSON.stringify(resolve("collector/line-file.ts"))};
process.on("SIGXFSZ", () => {});
const { file } = await LineFile.open(process.argv[1], true);
await file.append([Buffer.from("whole")]);
const failed = await file.append([Buffer.alloc(100_000, "x")]).then(() => "no", (error) => error.code);
await file.append([Buffer.from("again")]);
await file.close();
console.log(failed);
`;

suite("LineFile", () => {
  test("append() leaves nothing behind of a write that failed halfway", () => {
    const directory = mkdtempSync(join(tmpdir(), "line-file-"));
    try {
      const path = join(directory, "out.jsonl");
      // ulimit -f counts blocks of 1024 bytes: 32 kB fit, 100 kB do not.
      const command = `ulimit -f 32; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1" "$2"`;
      const result = spawnSync("bash", ["-c", command, process.execPath, PROGRAM, path], { encoding: "utf8" });
      assert.equal(result.stdout, "EFBIG\n", result.stderr);
      assert.equal(readFileSync(path, "utf8"), "whole\nagain\n");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
