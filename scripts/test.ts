// Runs the test files under test/ with node:test: unit tests in one process, `*.process.test.ts` in processes of their
// own, and `*.full.test.ts` only with --full. Further arguments are parts of file names to run.
// The last line is always `<n> passed, <n> failed, <n> skipped`.
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const args = process.argv.slice(2);
const full = args.includes("--full");
const wanted = args.filter((arg) => !arg.startsWith("--"));
const files = globSync(full ? "test/**/*.full.test.ts" : "test/**/*.test.ts")
  .filter((file) => (wanted.length > 0 ? wanted.some((part) => file.includes(part)) : full || !isFull(file)))
  .toSorted();
const ownProcess = files.filter((file) => /\.(process|full)\.test\.ts$/.test(file));
const shared = files.filter((file) => !ownProcess.includes(file));

let passed = 0;
const failed: string[] = [];
const skipped: string[] = [];

function isFull(file: string): boolean {
  return file.endsWith(".full.test.ts");
}

interface Report {
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: { readonly type?: string | undefined };
}

function place({ file }: { readonly file?: string | undefined }): string {
  return file === undefined ? "" : `${relative(process.cwd(), file)}: `;
}

function title(report: Report): string {
  const reason = [report.skip, report.todo].find((value) => typeof value === "string" && value !== "");
  return `${place(report)}${report.name}${reason === undefined ? "" : ` (${String(reason)})`}`;
}

function onPass(report: Report): void {
  // A file without any test is reported as one passed test of its own name.
  if (report.file !== undefined && report.name === relative(process.cwd(), report.file))
    failed.push(`${report.name}: holds no test`);
  else if ((report.skip ?? report.todo) !== undefined) skipped.push(title(report));
  else if (report.details.type !== "suite") passed += 1;
}

/** node:test sets no limit within one process: a test that waits for what never comes would hold everything up. */
const HUNG_MS = { none: 120_000, process: full ? 1_800_000 : 600_000 } as const;

async function runFiles(group: readonly string[], isolation: "none" | "process"): Promise<void> {
  if (group.length === 0) return;
  const stream = run({
    files: [...group],
    isolation,
    // Tests with processes of their own mostly wait for them.
    concurrency: isolation === "process" ? availableParallelism() + 1 : false,
    timeout: HUNG_MS.process,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const running = new Set<string>();
  const watchdog = setTimeout(() => {
    // The suites around it began before it.
    failed.push(`${[...running].at(-1) ?? "nothing begun"}: has not ended for ${HUNG_MS[isolation] / 1000} s`);
    conclude();
    process.exit(1);
  }, HUNG_MS[isolation]);
  // A file that cannot be loaded ends a run only when nothing is left to wait for, so this must not be waited for.
  watchdog.unref();
  stream.on("test:dequeue", (report) => {
    running.add(`${place(report)}${report.name}`);
  });
  stream.on("test:complete", (report) => {
    running.delete(`${place(report)}${report.name}`);
    watchdog.refresh();
  });
  stream.on("test:pass", onPass);
  stream.on("test:fail", (report) => {
    // The suite of a failed test fails as well; it is not one more failure.
    if (Reflect.get(report.details.error, "failureType") !== "subtestsFailed") failed.push(title(report));
  });
  for await (const chunk of stream.compose(new spec())) process.stdout.write(String(chunk));
  clearTimeout(watchdog);
}

function conclude(): void {
  for (const [label, titles] of [
    ["SKIPPED", skipped],
    ["FAILED", failed],
  ] as const) {
    for (const line of titles) console.error(`${label} ${line}`);
  }
  if (passed + failed.length === 0) {
    const why = wanted.length > 0 ? `no test matches ${wanted.join(", ")}` : "there is no test file";
    console.error(`Cannot test: no test ran; ${why}`);
  }
  if (passed === 0 || failed.length > 0) process.exitCode = 1;
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

await runFiles(shared, "none");
await runFiles(ownProcess, "process");
conclude();
