import { countDeadLetters } from "../delivery/count-dead-letters.ts";
import type { CollectorConfig } from "../config/model.ts";
import type { StateFile } from "../state-file.ts";
import { makeDirectory } from "../storage/make-directory.ts";
import { type Journal, journalFile } from "../replay/journal.ts";
import { createReceiverRun } from "../replay/receiver-run.ts";
import { forgetReplay, removeWork, replayDirectory } from "../replay/replay-directory.ts";
import type { ReplayRequest } from "../replayable.ts";
import { conductReplay } from "./conduct-replay.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { endedBeforeText, type ReceiverSummary, receiverSummary, receiverSummaryText } from "./receiver-summary.ts";

/** A replay of records that receivers have, or had. */
export interface ReceiverReplay {
  readonly kind: "period" | "files";
  /** Tells it from others: the same for the same command. */
  readonly what: Readonly<Record<string, unknown>>;
  /** What the times of a period mean now. */
  readonly period: Journal["period"];
  /** What each receiver is asked for, by its id. */
  readonly requests: (directory: string, period: Journal["period"]) => ReadonlyMap<string, ReplayRequest>;
}

interface Options {
  readonly again?: true;
  readonly json?: true;
}

/**
 * Begins a replay or goes on with it, unless it has ended before, and prints what became of it.
 *
 * @throws {CollectorError} What it cannot begin or go on with.
 */
export async function replayFromReceivers(
  replay: ReceiverReplay,
  options: Options,
  config: CollectorConfig,
  io: Io,
): Promise<ExitCode> {
  const directory = replayDirectory(config.storage.directory, replay.kind, replay.what);
  if (options.again === true) forgetReplay(directory);
  const file = journalFile(directory);
  const before = await file.read();
  if (before?.ended !== undefined) return printEndedBefore(before, options, io);
  makeDirectory(directory);
  const { what, period } = replay;
  const journal = before ?? { what, ...(period === undefined ? {} : { period }), began: new Date().toISOString() };
  if (before === undefined) await file.write(journal);
  const summary = await conduct(replay, journal, directory, config, io);
  if (isFinal(summary)) await close(file, journal, summary, directory);
  io.stdout.write(`${options.json === true ? JSON.stringify(summary, null, 2) : receiverSummaryText(summary)}\n`);
  return summary.exit_code;
}

async function conduct(
  { kind, requests }: ReceiverReplay,
  journal: Journal,
  directory: string,
  config: CollectorConfig,
  io: Io,
): Promise<ReceiverSummary> {
  const asked = requests(directory, journal.period);
  const { run, end } = await conductReplay(
    (logger) => createReceiverRun(config, directory, asked, logger),
    config.telemetry.logs,
    io,
  );
  const deadLettered = await countDeadLetters(directory);
  return receiverSummary({ kind, journal, directory, config, run, end, deadLettered });
}

/** Nothing that another run could have is left. */
function isFinal({ state, problems }: ReceiverSummary): boolean {
  return state !== "interrupted" && problems.length === 0;
}

async function close(
  file: StateFile<Journal>,
  journal: Journal,
  summary: ReceiverSummary,
  directory: string,
): Promise<void> {
  await file.write({ ...journal, ended: new Date().toISOString(), summary: { ...summary } });
  removeWork(directory);
}

function printEndedBefore({ summary, ended }: Journal, { json }: Options, io: Io): ExitCode {
  const text =
    json === true
      ? JSON.stringify({ ...summary, state: "ended_before", ended }, null, 2)
      : endedBeforeText(summary, ended);
  io.stdout.write(`${text}\n`);
  return summary?.["state"] === "complete" ? ExitCode.ok : ExitCode.incomplete;
}
