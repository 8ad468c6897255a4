import type { Command } from "commander";
import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { wholeNumber } from "./option-values.ts";
import type { LoadFactories } from "./program.ts";
import { parseReplayTime } from "./replay-time.ts";

/**
 * Half of what every tenant may be asked at least (2,000), so that a collector beside it has the other half.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
const REQUESTS_PER_MINUTE = 1000;
const MOST_REQUESTS_PER_MINUTE = 100_000;

const HELP = `
Examples:
  a period once more, from the API, which keeps 7 days
    otel-o365 replay -c collector.yaml --from 2026-07-01T09:00 --to 2026-07-01T17:30
    otel-o365 replay -c collector.yaml --from 36h --to 12h --integration o365/contoso
  records that a backend refused, once it takes them
    otel-o365 replay -c collector.yaml --dead-letters
  an audit search exported from Purview, for what the API no longer has
    otel-o365 replay -c collector.yaml --file export.csv --integration o365/contoso

Times are UTC unless they name a zone; a date is its midnight, a duration is that long ago.
It runs beside the collector, with state and dead letters of its own in the folder "replay" of
storage::directory. After an interruption (Ctrl-C, a crash) the same command goes on where it stopped.
Exit codes: 0 all of it was delivered, 3 interrupted, 6 ended but something could not be delivered.`;

/** What `replay` was asked for, as written. */
export interface ReplayFlags {
  readonly from?: string;
  readonly to?: string;
  readonly integration?: readonly string[];
  readonly contentType?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly deadLetters?: true;
  readonly exporter?: readonly string[];
  readonly includePartial?: true;
  readonly file?: readonly string[];
  readonly anyTenant?: true;
  readonly again?: true;
  readonly json?: true;
}

/** Adds `otel-o365 replay`. */
export function addReplay(
  command: Command,
  configFiles: () => readonly string[],
  factories: LoadFactories,
  io: Io,
  ended: (code: ExitCode) => void,
): void {
  command
    .option("--from <time>", "start of a period to list and deliver again")
    .option("--to <time>", "its end")
    .option("--integration <id...>", "receivers to deliver from (default: all; with --file the one it belongs to)")
    .option("--content-type <type...>", "content types to deliver (default: those of the configuration)")
    .option(
      "--requests-per-minute <number>",
      `requests to the API of a tenant, which a running collector needs as well (default: ${REQUESTS_PER_MINUTE})`,
      wholeNumber(1, MOST_REQUESTS_PER_MINUTE),
    )
    .option("--dead-letters", "send again what backends have refused")
    .option("--exporter <id...>", "exporters whose dead letters are sent (default: all)")
    .option("--include-partial", "also batches that a backend took in part: it gets what it has a second time")
    .option("--file <path...>", "deliver the records of audit search exports (CSV or JSON)")
    .option("--any-tenant", "also records of other tenants than the integration's")
    .option("--again", "start over, although it was complete or begun")
    .option("--json", "print the summary as JSON")
    .addHelpText("after", HELP)
    .action(async () => {
      const flags = command.opts<ReplayFlags>();
      const fault = faultOf(flags);
      if (fault !== undefined) command.error(`error: ${fault}`);
      const files = configFiles();
      const { replay } = await import("./replay.ts");
      ended(
        await replay(
          { ...flags, requestsPerMinute: flags.requestsPerMinute ?? REQUESTS_PER_MINUTE },
          files,
          await factories(),
          io,
        ),
      );
    });
}

const OF_MODE = {
  period: ["from", "to", "contentType", "requestsPerMinute"],
  deadLetters: ["deadLetters", "exporter", "includePartial"],
  file: ["file", "anyTenant"],
} as const;
const FLAG_NAMES: Readonly<Partial<Record<keyof ReplayFlags, string>>> = {
  contentType: "--content-type",
  requestsPerMinute: "--requests-per-minute",
  deadLetters: "--dead-letters",
  includePartial: "--include-partial",
  anyTenant: "--any-tenant",
};

/** What is wrong with the options together. */
function faultOf(flags: ReplayFlags): string | undefined {
  const { from, to, deadLetters, file } = flags;
  const modes = [
    ...(from === undefined && to === undefined ? [] : (["period"] as const)),
    ...(deadLetters === undefined ? [] : (["deadLetters"] as const)),
    ...(file === undefined ? [] : (["file"] as const)),
  ];
  const [mode, second] = modes;
  if (mode === undefined)
    return "cannot replay: nothing is named; add --from TIME --to TIME, --dead-letters or --file PATH";
  if (second !== undefined) return "cannot replay a period, dead letters and files at once; run one after the other";
  for (const other of ["period", "deadLetters", "file"] as const) {
    const stray = other === mode ? undefined : OF_MODE[other].find((name) => flags[name] !== undefined);
    if (stray !== undefined)
      return `${FLAG_NAMES[stray] ?? `--${stray}`} does not go with ${optionOf(mode)}; leave it out`;
  }
  if (mode === "deadLetters" && flags.integration !== undefined)
    return "--integration does not go with --dead-letters; name the exporter with --exporter";
  if (mode === "deadLetters" && flags.again !== undefined)
    return "--again does not go with --dead-letters: what was acknowledged is gone; leave it out";
  return mode === "period" ? periodFault(from, to) : undefined;
}

function optionOf(mode: keyof typeof OF_MODE): string {
  return { period: "--from and --to", deadLetters: "--dead-letters", file: "--file" }[mode];
}

function periodFault(from: string | undefined, to: string | undefined): string | undefined {
  if (from === undefined || to === undefined) return "cannot replay a period with one end; add --from and --to";
  const nowMs = Date.now();
  const [fromMs, toMs] = [parseReplayTime(from, nowMs), parseReplayTime(to, nowMs)];
  for (const [option, text, ms] of [
    ["--from", from, fromMs],
    ["--to", to, toMs],
  ] as const) {
    const seen = `${option} is ${JSON.stringify(text)}`;
    if (ms === undefined)
      return `${seen}; give a time such as 2026-07-01T09:00 (UTC), a date, or a duration ago such as 36h`;
    if (ms > nowMs) return `${seen}, which is in the future; give a time that has passed, or now`;
  }
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs)
    return `--from ${from} is not before --to ${to}; exchange them`;
  return undefined;
}
