// Runs the test files that it is given with node:test, all in this process: the report goes to stdout, what came of them so far to
// the parent (see test-tally.ts).
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { endGroup } from "./process-group.ts";
import { processorMs } from "./processor-time.ts";
import { nothingYet, type Tally } from "./test-tally.ts";

const files = process.argv.slice(2);
let tally = nothingYet;
const running = new Set<string>();

interface Report {
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: { readonly type?: string | undefined };
}

function title(report: Pick<Report, "name" | "file">): string {
  return report.file === undefined ? report.name : `${relative(process.cwd(), report.file)}: ${report.name}`;
}

function tell(change: Partial<Tally>): void {
  tally = { ...tally, ...change };
  process.send?.(tally);
}

function fail(line: string): void {
  tell({ failed: [...tally.failed, line] });
}

function onPass(report: Report): void {
  // A file without any test is reported as one passed test of its own name.
  if (files.includes(report.name)) fail(`${report.name}: holds no test`);
  else if ((report.skip ?? report.todo) !== undefined) {
    const reason = [report.skip, report.todo].find((value) => typeof value === "string" && value !== "");
    tell({ skipped: [...tally.skipped, `${title(report)}${reason === undefined ? "" : ` (${String(reason)})`}`] });
  } else if (report.details.type !== "suite") tell({ passed: tally.passed + 1 });
}

// Without its parent nobody wants to know, nor needs what the tests have started; and to wait for the parent's end must not keep
// this process alive.
process.on("disconnect", () => {
  endGroup(process.pid);
  process.exit(1);
});
process.channel?.unref();

const stream = run({ files, isolation: "none", concurrency: false });
stream.on("test:dequeue", (report) => {
  running.add(title(report));
  tell({ at: `in ${title(report)}` });
});
stream.on("test:complete", (report) => {
  running.delete(title(report));
  // The suites around a test began before it.
  const inner = [...running].at(-1);
  tell({ at: inner === undefined ? `after ${title(report)}` : `in ${inner}` });
});
stream.on("test:pass", onPass);
stream.on("test:fail", (report) => {
  // The suite of a failed test fails as well; it is not one more failure.
  if (Reflect.get(report.details.error, "failureType") !== "subtestsFailed") fail(title(report));
});
for await (const chunk of stream.compose(new spec())) process.stdout.write(String(chunk));
tell({ at: "after the last test", processorMs: processorMs(), complete: true });
