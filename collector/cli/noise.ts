import type { AnyFactory, ProcessorFactory } from "../component.ts";
import { compileValue, type ValueExpression } from "../cel/expression.ts";
import { RecordView } from "../cel/record-view.ts";
import type { CollectorConfig } from "../config/model.ts";
import { createLogger, errorLine } from "../logger.ts";
import { printable } from "../printable.ts";
import { FilterTrial, type TrialFilter } from "../noise/filter-trial.ts";
import { type BadLine, readRecords, type SizedRecord } from "../noise/read-records.ts";
import { Tally } from "../noise/tally.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { loadFiles, printProblems } from "./load-files.ts";
import { noiseJson, noiseText, otherLines } from "./noise-text.ts";

/** What was asked for on the command line. */
export interface NoiseOptions {
  readonly records: readonly string[];
  readonly configs: readonly string[];
  readonly filter: readonly string[];
  readonly drop: readonly string[];
  readonly by: string;
  readonly top: number;
  readonly sort: "records" | "bytes";
  readonly json: boolean;
}

/** What was found. */
export interface NoiseReport {
  readonly groups: Tally;
  readonly trials: readonly FilterTrial[];
  readonly badLines: number;
  readonly firstBad: BadLine | undefined;
  /** Times of the first and the last record by their own clock, in milliseconds; undefined without records. */
  readonly period: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Counts the records of files by group, and what filters would have dropped of them. Connects to nothing. */
export async function noise(options: NoiseOptions, factories: readonly AnyFactory[], io: Io): Promise<ExitCode> {
  const by = compileValue(options.by);
  if ("fault" in by) {
    io.stderr.write(`--by ${by.fault}\n`);
    return ExitCode.usage;
  }
  const filters = filtersOf(options, factories, io);
  if (filters === undefined) return ExitCode.usage;
  const logger = createLogger({ level: "error", encoding: "auto", stream: io.stderr, now: Date.now });
  const trials = filters.map((filter) => new FilterTrial(filter, logger));
  try {
    for (const trial of trials) await trial.start();
    const report = await count(options.records, by, trials);
    const { badLines, firstBad, period } = report;
    if (firstBad !== undefined) io.stderr.write(`${aboutBadLines(firstBad, badLines, period === undefined)}\n`);
    if (firstBad !== undefined && period === undefined) return ExitCode.failure;
    io.stdout.write(`${options.json ? noiseJson(report, options) : noiseText(report, options)}\n`);
    return ExitCode.ok;
  } catch (error) {
    io.stderr.write(`Cannot count records: ${errorLine(error)}; check the file\n`);
    return ExitCode.failure;
  } finally {
    for (const trial of trials) await trial.stop();
  }
}

async function count(
  files: readonly string[],
  by: ValueExpression,
  trials: readonly FilterTrial[],
): Promise<NoiseReport> {
  const groups = new Tally();
  let badLines = 0;
  let firstBad: BadLine | undefined;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  const onBadLine = (bad: BadLine): void => {
    badLines += 1;
    firstBad ??= bad;
  };
  const group = grouping(by);
  for (const file of files) {
    for await (const batch of readRecords(file, process.stdin, onBadLine)) {
      for (const sized of batch) {
        const [seconds] = sized.record.hrTime;
        fromMs = Math.min(fromMs, seconds * 1000);
        toMs = Math.max(toMs, seconds * 1000);
        groups.add(group(sized), sized.bytes);
        for (const trial of trials) await trial.offer(sized.record, sized.bytes);
      }
    }
  }
  return { groups, trials, badLines, firstBad, period: fromMs > toMs ? undefined : { fromMs, toMs } };
}

function aboutBadLines({ file, line, seen }: BadLine, badLines: number, isAll: boolean): string {
  const what = `${otherLines(badLines)}, the first at ${file}:${line}: ${printable(seen)}`;
  if (!isAll) return `Left out ${what}`;
  return `Cannot count records: the input holds none, but ${what}; name files that the file exporter wrote, or dead letters`;
}

function grouping(by: ValueExpression): (sized: SizedRecord) => string {
  let view: RecordView | undefined;
  return ({ record }) => {
    view = (view ?? new RecordView(record)).show(record);
    try {
      const value = by.value(view);
      if (value === undefined || value === "") return "(none)";
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    } catch {
      return "(failed)";
    }
  };
}

/** The filters to try; undefined when what names them cannot be used. */
function filtersOf(
  options: NoiseOptions,
  factories: readonly AnyFactory[],
  io: Io,
): readonly TrialFilter[] | undefined {
  const thought = thoughtOf(options.drop, factories, io);
  if (thought === undefined) return undefined;
  if (options.configs.length === 0) {
    if (options.filter.length === 0) return thought;
    io.stderr.write("--filter names a processor of a configuration; add --config FILE\n");
    return undefined;
  }
  const { config, problems } = loadFiles(options.configs, factories, io.env, { offlineChecks: false });
  printProblems(problems, io.stderr);
  if (config === undefined) return undefined;
  const configured = configuredFilters(config, options.filter, io);
  return configured === undefined ? undefined : [...configured, ...thought];
}

function configuredFilters(
  { processors }: CollectorConfig,
  wanted: readonly string[],
  io: Io,
): readonly TrialFilter[] | undefined {
  const all = [...processors.values()];
  const missing = wanted.find((id) => !processors.has(id));
  if (missing !== undefined) {
    io.stderr.write(
      `--filter ${missing}: is no processor of the configuration; it has ${[...processors.keys()].join(", ")}\n`,
    );
    return undefined;
  }
  return all.filter(({ id, type }) => (wanted.length === 0 ? type === "filter" : wanted.includes(id)));
}

/** A `filter` of the conditions on the command line. */
function thoughtOf(
  drop: readonly string[],
  factories: readonly AnyFactory[],
  io: Io,
): readonly TrialFilter[] | undefined {
  if (drop.length === 0) return [];
  const factory = factories.find(
    (one): one is ProcessorFactory<unknown> => one.kind === "processor" && one.type === "filter",
  );
  if (factory === undefined) throw new TypeError("there is no filter processor");
  const rules = drop.map((condition, index) => ({ name: `drop-${index + 1}`, drop: condition }));
  const parsed = factory.config.safeParse({ rules });
  if (parsed.success) return [{ id: "--drop", factory, config: parsed.data }];
  for (const { message } of parsed.error.issues) io.stderr.write(`--drop ${message}\n`);
  return undefined;
}
