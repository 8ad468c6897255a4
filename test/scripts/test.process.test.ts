import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";

const ARGS = ["--disable-warning=ExperimentalWarning", join(process.cwd(), "scripts", "test.ts")];
const PASSES = `test("passes", () => {});`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

suite("scripts/test.ts", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "test-run-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `import { suite, test } from "node:test";\n${text}\n`);
    }
  }

  function run(
    files: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): { status: number | null; lines: string[] } {
    write(files);
    const ran = spawnSync(process.execPath, [...ARGS, ...args], { cwd: folder, encoding: "utf8" });
    return { status: ran.status, lines: `${ran.stderr}${ran.stdout}`.trimEnd().split("\n") };
  }

  test("adds up what all processes say, and prints what each of them printed", () => {
    const { status, lines } = run({
      ...Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`test/unit-${index}.test.ts`, PASSES])),
      "test/spoken.process.test.ts": `suite("of two", () => { test("speaks", () => console.log("spoken")); test("is put off", { skip: "no browser" }, () => {}); });`,
      "test/long.full.test.ts": `test("is not run", () => { throw new Error("no"); });`,
    });
    assert.equal(lines.at(-1), "46 passed, 0 failed, 1 skipped");
    assert.equal(status, 0);
    assert.ok(lines.includes("SKIPPED test/spoken.process.test.ts: is put off (no browser)"));
    assert.ok(lines.includes("spoken"));
    assert.equal(lines.filter((line) => line.startsWith("ok   unit tests, share ")).length, 2);
  });

  test("fails for everything that can be wrong with a process, and runs the others", () => {
    const wrong = [
      { file: "fails", text: `test("fails", () => { throw new Error("no"); });`, line: "FILE: fails" },
      { file: "holds-nothing", text: "", line: "FILE: holds no test" },
      { file: "cannot-be-loaded", text: `throw new Error("no"); ${PASSES}`, line: "FILE: FILE" },
      {
        file: "exits",
        text: `${PASSES} test("exits", () => process.exit(0));`,
        line: "FILE: ended with exit code 0 before its last test, in FILE: exits",
      },
      {
        file: "is-killed",
        text: `test("dies", async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => {}); });`,
        line: "FILE: ended with SIGKILL before its last test, in FILE: dies",
      },
      {
        file: "fails-afterwards",
        text: `test("ends", () => { setTimeout(() => { throw new Error("late"); }, 50); });`,
        line: "FILE: no test failed, but it ended with exit code 1",
      },
      {
        file: "waits-for-ever",
        text: `test("waits", async () => { await new Promise(() => {}); });`,
        line: "FILE: hung, nothing came for 15 s, in FILE: waits",
      },
      {
        file: "leaves-something-open",
        text: `test("opens", () => { setInterval(() => {}, 1000); });`,
        line: "FILE: hung, nothing came for 15 s, after FILE: opens",
      },
    ].map(({ file, ...rest }) => ({ ...rest, file: `test/${file}.process.test.ts` }));
    const texts = Object.fromEntries(wrong.map(({ file, text }) => [file, text]));
    const { status, lines } = run({ ...texts, "test/right.test.ts": PASSES }, "--hung-after", "15");
    assert.equal(status, 1);
    const failed = lines.filter((line) => line.startsWith("FAILED "));
    assert.deepEqual(
      failed.toSorted(),
      wrong.map(({ file, line }) => `FAILED ${line.replaceAll("FILE", file)}`).toSorted(),
      lines.join("\n"),
    );
    // Beside the right one: what passed before the exit, what failed afterwards, and what left something open.
    assert.equal(lines.at(-1), `4 passed, ${wrong.length} failed, 0 skipped`);
  });

  for (const { signal, status } of [
    { signal: "SIGTERM", status: 128 + 15 },
    { signal: "SIGKILL", status: null },
  ] as const) {
    test(`leaves nothing running after ${signal}`, async () => {
      const note = join(folder, "pid");
      const program = `require("fs").writeFileSync(${JSON.stringify(note)}, String(process.pid)); setInterval(() => {}, 1000);`;
      const waits = `await new Promise(() => {});`;
      write({
        "test/starts.process.test.ts": `import { spawn } from "node:child_process";
          test("waits", async () => { spawn(process.execPath, ["-e", ${JSON.stringify(program)}]); ${waits} });`,
      });
      const runner = spawn(process.execPath, ARGS, { cwd: folder, stdio: "ignore" });
      const ended = once(runner, "exit");
      const started = (): number => (existsSync(note) ? Number(readFileSync(note, "utf8")) : 0);
      await eventually(
        () => started() > 0,
        () => "the program has not begun",
      );
      runner.kill(signal);
      assert.deepEqual(await ended, [status, status === null ? signal : null]);
      await eventually(
        () => !isRunning(started()),
        () => `process ${started()} still runs`,
      );
    });
  }

  test("fails when nothing fits, and says so", () => {
    const { status, lines } = run({ "test/right.test.ts": PASSES }, "nowhere");
    assert.equal(status, 1);
    assert.deepEqual(lines, ["Cannot test: no test ran; no test matches nowhere", "0 passed, 0 failed, 0 skipped"]);
  });
});
