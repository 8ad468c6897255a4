import { parseArgs } from "node:util";

/** What `npm start -- …` was asked to do. */
export interface DemoOptions {
  readonly drain: boolean;
  /** Base URL of an OTLP backend that gets everything too. */
  readonly endpoint: string | undefined;
  /** NDJSON files with audit records instead of the ones that ship with the project. */
  readonly records: readonly string[];
  /** Where the exported OTLP JSON lines are kept. */
  readonly output: string | undefined;
  /** Made-up records a second while it runs. */
  readonly rate: number;
}

export const USAGE = `npm start -- [options]

  --drain           no live traffic; stop when everything available was delivered, and compare
  --output FILE     keep what was exported, as OTLP JSON lines (must not exist yet)
  --endpoint URL    ship to this OTLP backend as well, for example http://localhost:4318
  --records FILE    use these audit records, one JSON object a line (may be repeated)
  --rate NUMBER     made-up records a second while it runs (default 2)
  --help            this text`;

/** @throws {Error} With a message for the user when the arguments cannot be understood. */
export function parseOptions(args: readonly string[]): DemoOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      drain: { type: "boolean", default: false },
      endpoint: { type: "string" },
      records: { type: "string", multiple: true, default: [] },
      output: { type: "string" },
      rate: { type: "string", default: "2" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const rate = Number(values.rate);
  if (!Number.isFinite(rate) || rate < 0 || rate > 1000) {
    throw new Error(`Cannot use --rate ${values.rate}: it is no number from 0 to 1000`);
  }
  if (values.endpoint !== undefined && !/^https?:$/.test(URL.parse(values.endpoint)?.protocol ?? "")) {
    throw new Error(`Cannot use --endpoint ${values.endpoint}: it is no URL such as http://localhost:4318`);
  }
  return {
    drain: values.drain,
    endpoint: values.endpoint,
    records: values.records,
    output: values.output,
    rate: values.drain ? 0 : rate,
  };
}
