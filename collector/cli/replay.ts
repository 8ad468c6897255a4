import type { AnyFactory } from "../component.ts";
import type { CollectorConfig } from "../config/model.ts";
import { CollectorError, ErrorCode } from "../errors.ts";
import { printable } from "../printable.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";
import type { ReplayFlags } from "./replay-command.ts";
import { replayDeadLetters } from "./replay-dead-letters.ts";
import { replayFiles } from "./replay-files.ts";
import { replayPeriod } from "./replay-period.ts";

/** The options of `replay`, checked, with defaults. */
export type ReplayOptions = ReplayFlags & { readonly requestsPerMinute: number };

/**
 * Delivers once more what was asked for, until it is done or a signal comes.
 *
 * @throws {CollectorError} What it cannot begin or go on with.
 */
export async function replay(
  options: ReplayOptions,
  files: readonly string[],
  factories: readonly AnyFactory[],
  io: Io,
): Promise<ExitCode> {
  const { config, problems } = loadFiles(files, factories, io.env, { offlineChecks: false });
  // Warnings are for those who run the collector.
  printProblems(
    problems.filter(({ severity }) => severity === "error"),
    io.stderr,
  );
  if (config === undefined) return ExitCode.usage;
  try {
    return await byKind(options, config, io);
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== ErrorCode.config) throw error;
    io.stderr.write(`${printable(error.message)}\n`);
    return ExitCode.usage;
  }
}

async function byKind(options: ReplayOptions, config: CollectorConfig, io: Io): Promise<ExitCode> {
  if (options.deadLetters === true) return await replayDeadLetters(options, config, io);
  if (options.file !== undefined) return await replayFiles(options, options.file, config, io);
  return await replayPeriod(options, config, io);
}
