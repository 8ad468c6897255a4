// `npm run chaos`: the collector under a storm of faults and kills, and a comparison of what was made with what arrived.
import { parseOptions, USAGE, type CommandOptions } from "./options.ts";
import { formatReport, hasPassed } from "./report.ts";
import { runChaos } from "./run.ts";

function readOptions(): CommandOptions | number {
  try {
    const options = parseOptions(process.argv.slice(2), Date.now() % 2 ** 32);
    if (options !== "help") return options;
    console.log(USAGE);
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "number") return options;
  const { seed, durationMs } = options;
  console.log(
    `seed ${seed}, ${durationMs / 1000} s (again: npm run chaos -- --seed ${seed} --seconds ${durationMs / 1000})`,
  );
  const outcome = await runChaos({ seed, durationMs, onProgress: (line) => console.log(line) });
  console.log(formatReport(outcome));
  return hasPassed(outcome) ? 0 : 1;
}

process.exitCode = await main();
