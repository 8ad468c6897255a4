// Runs the test files under test/ with node:test: unit tests in one process, `*.process.test.ts` in processes of their
// own, and `*.full.test.ts` only with --full. Further arguments are parts of file names to run.
import { globSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const args = process.argv.slice(2);
const full = args.includes("--full");
const wanted = args.filter((arg) => !arg.startsWith("--"));
const files = globSync("test/**/*.test.ts")
  .filter((file) => full === file.endsWith(".full.test.ts") || wanted.some((part) => file.includes(part)))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .toSorted();
const ownProcess = files.filter((file) => /\.(process|full)\.test\.ts$/.test(file));
const shared = files.filter((file) => !ownProcess.includes(file));

let ran = 0;
let failed = 0;

async function runFiles(group: readonly string[], isolation: "none" | "process"): Promise<void> {
  if (group.length === 0) return;
  const stream = run({
    files: [...group],
    isolation,
    concurrency: isolation === "process" ? 2 : false,
    timeout: 300_000,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  stream.on("test:pass", (data) => {
    if (data.details.type !== "suite" && data.skip === undefined) ran += 1;
  });
  stream.on("test:fail", () => {
    failed += 1;
  });
  for await (const chunk of stream.compose(new spec())) process.stdout.write(String(chunk));
}

await runFiles(shared, "none");
await runFiles(ownProcess, "process");

if (ran + failed === 0) {
  console.error(`Cannot test: no test ran${wanted.length > 0 ? `; no test file matches ${wanted.join(", ")}` : ""}`);
  process.exitCode = 1;
} else {
  console.log(`${ran} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
