// `npm run fuzz:xdr`: real audit records, changed at random, through the mapping of the processor `xdr`.
import { readFileSync } from "node:fs";
import { inspect, parseArgs } from "node:util";
import { type JsonObject, parseObject } from "../collector/record.ts";
import { fuzz } from "./run.ts";

const SAMPLES = "emulator/data/audit-records.ndjson";
const USAGE = `npm run fuzz:xdr -- [options]

  --records N   how many records are tried (default 100000)
  --seed N      decides how they are changed (default: drawn, and printed)
  --first N     number of the first one (default 0): to repeat one that failed
  --help        this text`;
const OPTIONS = {
  records: { type: "string", default: "100000" },
  seed: { type: "string" },
  first: { type: "string", default: "0" },
  help: { type: "boolean", default: false },
} as const;

/** @throws {Error} With a message for the user when the text is no such number. */
function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`Cannot use --${option} ${text}: it is no whole number from ${least} on`);
}

function samples(): readonly JsonObject[] {
  const lines = readFileSync(SAMPLES, "utf8").trimEnd().split("\n");
  return lines.map((line) => parseObject(line)).filter((record) => record !== null);
}

function run(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const records = wholeNumber("records", values.records, 1);
  const seed = wholeNumber("seed", values.seed ?? String(Date.now() % 2 ** 32), 0);
  const first = wholeNumber("first", values.first, 0);
  console.log(`seed ${seed}, ${records} records (again: npm run fuzz:xdr -- --seed ${seed} --records ${records})`);
  const start = process.hrtime.bigint();
  const rate = (done: number): string => {
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    return `${done} records, ${Math.round(done / seconds)} a second, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`;
  };
  const onProgress = (done: number): void => console.log(rate(done));
  const failure = fuzz({ samples: samples(), records, seed, first, onProgress });
  if (failure === undefined) {
    console.log(`${rate(records)}\nPASSED`);
    return 0;
  }
  console.log(rate(failure.record + 1 - first));
  console.log(`FAILED at record ${failure.record} (alone: --seed ${seed} --first ${failure.record} --records 1)`);
  console.log(`options ${inspect(failure.options, { depth: 9 })}\n${failure.text}\n${failure.error.stack}`);
  return 1;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
