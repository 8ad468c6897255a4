// Runs the test files under test/ with node:test, several processes at a time (see test-plan.ts). `--full` runs those that take
// minutes, `--all` everything, `--hung-after SECONDS` sets when a process counts as hung; further arguments are parts of the paths to
// run. The last line is always `<n> passed, <n> failed, <n> skipped`; with `--all`, what used most processor time stands above it.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { forkGroup } from "./process-group.ts";
import { chooseFiles, plan, type Share } from "./test-plan.ts";
import { nothingYet, tallySchema, type Tally } from "./test-tally.ts";

const PROCESS = fileURLToPath(new URL("test-process.ts", import.meta.url));
/** Every process that a test starts loads the sources: this halves what that costs. `npm ci` empties it. */
const COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url));
/** Lines of the list of what used most processor time. */
const DEAREST = 12;
/** More than there are processors: tests mostly wait, for servers, timers and processes of their own. */
const AT_ONCE = availableParallelism() + 1;

const { values, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    "hung-after": { type: "string" },
  },
});
const shares = plan(chooseFiles({ full: values.full, all: values.all, parts }));
const silenceMs = values["hung-after"] === undefined ? undefined : Number(values["hung-after"]) * 1000;

interface Ended extends Tally {
  readonly title: string;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** Runs a share in a process of its own and adds what is wrong with its end to what it told of itself. */
function runShare(share: Share): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const limitMs = silenceMs ?? share.silenceMs;
  const started = Date.now();
  let last = nothingYet;
  let hung = false;
  // What several processes print at once nobody could read: each is printed when it ends.
  const output: Buffer[] = [];
  const stdio = shares.length === 1 ? "inherit" : "pipe";
  const { child, end } = forkGroup(PROCESS, share.files, {
    stdio: ["ignore", stdio, stdio, "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  const watchdog = setTimeout(() => {
    hung = true;
    end();
  }, limitMs);
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => output.push(chunk));
  child.on("message", (message) => {
    last = tallySchema.parse(message);
    watchdog.refresh();
  });
  child.on("close", (code, signal) => {
    clearTimeout(watchdog);
    process.stdout.write(Buffer.concat(output));
    const how = signal ?? `exit code ${code}`;
    const failed = [...last.failed];
    if (hung) failed.push(`${share.title}: hung, nothing came for ${limitMs / 1000} s, ${last.at}`);
    else if (!last.complete) failed.push(`${share.title}: ended with ${how} before its last test, ${last.at}`);
    else if (code !== 0 && failed.length === 0) failed.push(`${share.title}: no test failed, but it ended with ${how}`);
    const times = `${seconds(Date.now() - started)} s, ${seconds(last.processorMs)} s of processor time`;
    console.log(`${failed.length === 0 ? "ok  " : "FAIL"} ${share.title}: ${last.passed} passed (${times})`);
    resolve({ ...last, failed, title: share.title });
  });
  return promise;
}

function printDearest(tallies: readonly Ended[]): void {
  const sum = tallies.reduce((total, { processorMs }) => total + processorMs, 0);
  console.log(`Processor time: ${seconds(sum)} s, most of it`);
  for (const { processorMs, title } of tallies.toSorted((a, b) => b.processorMs - a.processorMs).slice(0, DEAREST)) {
    console.log(`${seconds(processorMs).padStart(8)} s ${title}`);
  }
}

function conclude(tallies: readonly Tally[]): void {
  const failed = tallies.flatMap((tally) => tally.failed);
  const skipped = tallies.flatMap((tally) => tally.skipped);
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  for (const line of skipped) console.error(`SKIPPED ${line}`);
  for (const line of failed) console.error(`FAILED ${line}`);
  if (passed + failed.length === 0) {
    const why = parts.length > 0 ? `no test matches ${parts.join(", ")}` : "there is no test file";
    console.error(`Cannot test: no test ran; ${why}`);
  }
  if (passed === 0 || failed.length > 0) process.exitCode = 1;
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
}

const tallies: Ended[] = [];
const waiting = [...shares];
async function work(): Promise<void> {
  for (let share = waiting.shift(); share !== undefined; share = waiting.shift()) tallies.push(await runShare(share));
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
if (values.all) printDearest(tallies);
conclude(tallies);
