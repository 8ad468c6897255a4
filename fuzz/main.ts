// `npm run fuzz:xdr`: real audit records, changed at random, through the mapping of the processor `xdr`.
import type { Failure } from "./messages.ts";
import { type CommandOptions, parseOptions, USAGE } from "./options.ts";
import { fuzzInSteps, PART_LENGTH } from "./run.ts";
import { readSamples } from "./samples.ts";
import { fuzzWithWorkers, type Progress } from "./workers.ts";

/** Records between two lines. */
const LINE_EVERY = 100_000;

function readOptions(): CommandOptions | number {
  try {
    const options = parseOptions(process.argv.slice(2), Date.now() % 2 ** 32);
    if (options !== undefined) return options;
    console.log(USAGE);
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

/** Counts what was tried, and says so now and then. */
class Pace {
  readonly #start = process.hrtime.bigint();
  #last: Progress = { tried: 0, memory: 0 };

  update(progress: Progress): void {
    const due = Math.floor(progress.tried / LINE_EVERY) > Math.floor(this.#last.tried / LINE_EVERY);
    this.#last = progress;
    if (due) this.print();
  }

  print(): void {
    const { tried, memory } = this.#last;
    const seconds = Number(process.hrtime.bigint() - this.#start) / 1e9;
    console.log(`${tried} records, ${Math.round(tried / seconds)} a second, ${Math.round(memory / 2 ** 20)} MiB`);
  }
}

/** In this process: what is to be repeated can be looked at with a debugger. */
function fuzzHere(options: CommandOptions, pace: Pace): Failure | undefined {
  const steps = fuzzInSteps({ ...options, samples: readSamples() });
  for (let tried = 0; ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    tried += step.value;
    pace.update({ tried, memory: process.memoryUsage.rss() });
  }
}

function printFailure(
  { record, text, options, reason, again }: Failure,
  { seed, first, records }: CommandOptions,
): void {
  const { first: from, records: count } = again ?? { first, records };
  console.log(`FAILED at record ${record}
again: npm run fuzz:xdr -- --seed ${seed} --first ${from} --records ${count} --workers 1`);
  if (again === undefined) console.log("(it did not fail again with new mappers: repeat it all)");
  console.log(`options ${options}\n${text}\n${reason}`);
}

async function run(options: CommandOptions): Promise<number> {
  const { seed, first, records } = options;
  const workers = Math.min(options.workers, Math.ceil(records / PART_LENGTH));
  const from = first === 0 ? "" : ` --first ${first}`;
  console.log(
    `seed ${seed}, ${records} records, ${workers} ${workers === 1 ? "process" : "processes"} (again: npm run fuzz:xdr -- --seed ${seed}${from} --records ${records})`,
  );
  const pace = new Pace();
  const onProgress = (progress: Progress): void => pace.update(progress);
  const failure =
    workers === 1 ? fuzzHere(options, pace) : await fuzzWithWorkers({ seed, first, records, workers, onProgress });
  pace.print();
  if (failure !== undefined) printFailure(failure, options);
  else console.log("PASSED");
  return failure === undefined ? 0 : 1;
}

const options = readOptions();
if (typeof options === "number") {
  process.exitCode = options;
} else {
  try {
    process.exitCode = await run(options);
  } catch (error) {
    console.log(`FAILED\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
