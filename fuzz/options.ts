import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export const USAGE = `npm run fuzz:xdr -- [options]

  --records N   how many records are tried (default 100000)
  --seed N      decides how they are changed (default: drawn, and printed)
  --first N     number of the first one (default 0): to repeat one that failed
  --workers N   processes that share the work (default: one for each processor); the records stay the same
  --help        this text`;

const OPTIONS = {
  records: { type: "string", default: "100000" },
  seed: { type: "string" },
  first: { type: "string", default: "0" },
  workers: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

export interface CommandOptions {
  readonly records: number;
  readonly seed: number;
  readonly first: number;
  readonly workers: number;
}

/**
 * @param drawn The seed when none is given.
 * @returns undefined when help is asked for.
 * @throws {Error} With a message for the user when an argument cannot be used.
 */
export function parseOptions(args: readonly string[], drawn: number): CommandOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return undefined;
  return {
    records: wholeNumber("records", values.records, 1),
    seed: wholeNumber("seed", values.seed ?? String(drawn), 0),
    first: wholeNumber("first", values.first, 0),
    workers: wholeNumber("workers", values.workers ?? String(availableParallelism()), 1),
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`Cannot use --${option} ${text}: it is no whole number from ${least} on`);
}
