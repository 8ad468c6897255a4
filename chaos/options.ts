import { parseArgs } from "node:util";

export const USAGE = `npm run chaos -- [options]

  --seed N       everything that is decided follows from it (default: drawn, and printed)
  --minutes M    how long the storm lasts (default 1)
  --seconds S    the same in seconds
  --help         this text`;

export interface CommandOptions {
  readonly seed: number;
  readonly durationMs: number;
}

const MOST_SEED = 2 ** 32 - 1;
const LEAST_MS = 1000;
const MOST_MS = 24 * 3_600_000;

/**
 * Reads the command line.
 *
 * @param drawn The seed when none is given.
 * @throws {Error} With a message for the user when it cannot be understood.
 */
export function parseOptions(args: readonly string[], drawn: number): CommandOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      minutes: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.minutes !== undefined && values.seconds !== undefined) {
    throw new Error("Cannot use --minutes and --seconds together: they say the same; give one of them");
  }
  const seed = values.seed === undefined ? drawn : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > MOST_SEED) {
    throw new Error(`Cannot use --seed ${values.seed}: it is no whole number from 0 to ${MOST_SEED}`);
  }
  const durationMs =
    values.seconds === undefined ? Number(values.minutes ?? 1) * 60_000 : Number(values.seconds) * 1000;
  if (!(durationMs >= LEAST_MS && durationMs <= MOST_MS)) {
    const given = values.seconds === undefined ? `--minutes ${values.minutes}` : `--seconds ${values.seconds}`;
    throw new Error(`Cannot use ${given}: a run lasts from a second to 24 hours`);
  }
  return { seed, durationMs };
}
