import { join } from "node:path";
import type { CollectorConfig } from "../config/model.ts";
import { suggest } from "../config/nearest.ts";
import { deadLetterFolder, fileName } from "../delivery/dead-letter-files.ts";
import type { DeadLetterReport } from "../replay/dead-letters/dead-letter-replay.ts";
import { createDeadLetterRun, type DeadLetterPlan, planDeadLetters } from "../replay/dead-letters/dead-letter-run.ts";
import type { CountingMeter } from "../replay/counting-meter.ts";
import { conductReplay, type RunEnd } from "./conduct-replay.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { ReplayOptions } from "./replay.ts";
import { counted, exitCodeOf, paragraphs, type ReplayState, type ReplaySummary } from "./replay-summary.ts";

/** As `--json` prints it. */
interface DeadLetterSummary extends ReplaySummary {
  readonly state: Exclude<ReplayState, "ended_before">;
  readonly exporters: readonly ExporterSummary[];
}

interface ExporterSummary {
  readonly exporter: string;
  /** Records that were sent and acknowledged by this run, those included that ended as dead letters once more. */
  readonly records: number;
  readonly dead_lettered: number;
  readonly dead_letter_file: string;
  /** Records in batches of which the backend has most: left where they are. */
  readonly partial_left: number;
  readonly unreadable: number;
}

/** How a run went; undefined when there was nothing to run for. */
interface Result {
  readonly end: RunEnd;
  readonly exporters: readonly ExporterSummary[];
  readonly problems: readonly string[];
}

/**
 * Sends dead letters again.
 *
 * @throws {CollectorError} What it cannot begin or go on with.
 */
export async function replayDeadLetters(options: ReplayOptions, config: CollectorConfig, io: Io): Promise<ExitCode> {
  const unknown = options.exporter?.find((id) => !config.exporters.has(id));
  if (unknown !== undefined) {
    const remedy = suggest(unknown, [...config.exporters.keys()], "the exporters");
    io.stderr.write(`Cannot send dead letters to "${unknown}": the configuration has no such exporter; ${remedy}\n`);
    return ExitCode.usage;
  }
  const plan = planDeadLetters(config, options.exporter);
  const includePartial = options.includePartial === true;
  const result = plan.exporters.length === 0 ? undefined : await send(includePartial, config, plan, io);
  const summary = summaryOf(plan, result);
  io.stdout.write(`${options.json === true ? JSON.stringify(summary, null, 2) : textOf(summary)}\n`);
  return summary.exit_code;
}

async function send(includePartial: boolean, config: CollectorConfig, plan: DeadLetterPlan, io: Io): Promise<Result> {
  let created: ReturnType<typeof createDeadLetterRun> | undefined;
  const { run, end } = await conductReplay(
    (logger) => {
      created = createDeadLetterRun(config, plan, { includePartial, logger });
      return created.run;
    },
    config.telemetry.logs,
    io,
  );
  const replay = created?.replay();
  const reports = replay?.reports() ?? [];
  return {
    end,
    exporters: reports.map((report) => exporterSummary(report, run.counters, plan.directory)),
    problems: replay?.progress().problems ?? [],
  };
}

function exporterSummary(report: DeadLetterReport, counters: CountingMeter, directory: string): ExporterSummary {
  const { exporter, records, partialRecords, unreadableLines } = report;
  return {
    exporter,
    records,
    dead_lettered: counters.sum("otel_o365_exporter_dead_lettered_log_records", { exporter }),
    dead_letter_file: join(deadLetterFolder(directory), `${fileName(exporter)}.jsonl`),
    partial_left: partialRecords,
    unreadable: unreadableLines,
  };
}

function summaryOf({ directory, strangers }: DeadLetterPlan, result: Result | undefined): DeadLetterSummary {
  const { end, exporters = [] } = result ?? {};
  const sum = (of: (one: ExporterSummary) => number): number => exporters.reduce((total, one) => total + of(one), 0);
  const problems = [...(result?.problems ?? []), ...strangers.map(strangerProblem)];
  const deadLettered = sum((one) => one.dead_lettered);
  const state =
    end === "stopped"
      ? "interrupted"
      : problems.length > 0 || deadLettered > 0
        ? "incomplete"
        : end === undefined
          ? "nothing"
          : "complete";
  return {
    version: 1,
    kind: "dead-letters",
    state,
    exit_code: exitCodeOf(state),
    directory,
    records: sum(({ records }) => records),
    dead_lettered: deadLettered,
    problems,
    exporters,
  };
}

/** @param name Of files, as `fileName()` makes it. */
function strangerProblem(name: string): string {
  return `Cannot send the dead letters in "${name}.jsonl": the configuration names no such exporter; define it under its old id, rename the files to the new one's, or move them away`;
}

function textOf({ state, records, dead_lettered, exporters, problems }: DeadLetterSummary): string {
  const sent = `${counted(records, "record")} sent again`;
  const heads = {
    complete: `Complete: ${sent}, all accepted.`,
    incomplete: `Ended: ${sent}, ${counted(dead_lettered, "record")} of them refused once more.`,
    interrupted: `Interrupted: ${sent} so far. The same command sends the rest.`,
    nothing: "There are no dead letters to send.",
  };
  const details = exporters.flatMap((one) => [
    `${one.exporter}: ${counted(one.records, "record")} sent.`,
    ...(one.dead_lettered > 0
      ? [`  ${counted(one.dead_lettered, "record")} refused once more, with the reason in "${one.dead_letter_file}".`]
      : []),
    ...(one.partial_left > 0
      ? [
          `  ${counted(one.partial_left, "record")} left, in batches of which the backend has most: --include-partial sends them.`,
        ]
      : []),
  ]);
  return paragraphs([heads[state], ...details, ...problems]);
}
