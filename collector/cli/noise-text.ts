import type { Amount, Tally } from "../noise/tally.ts";
import type { NoiseOptions, NoiseReport } from "./noise.ts";
import { printable, printableJson } from "../printable.ts";
import { formatPeriod, textTable } from "./text-table.ts";

const MIB = 1024 * 1024;
const REST = "(others)";
const LONGEST_NAME = 60;

/** The report as tables for people. */
export function noiseText(report: NoiseReport, { top, sort, by }: NoiseOptions): string {
  const { groups, trials, period, badLines } = report;
  const { total } = groups;
  if (period === undefined) return "no records";
  const lines = [
    `${total.records} records, ${mebibytes(total.bytes)} MiB as OTLP JSON, ${formatPeriod(period)}`,
    ...(badLines === 0 ? [] : [`left out: ${otherLines(badLines)}`]),
    "",
    ...textTable([[by, "records", "share", "MiB", "share", "bytes each"], ...rows(groups, total, top, sort)]),
  ];
  for (const trial of trials) {
    const { records, bytes } = trial.total;
    lines.push(
      "",
      `${trial.id} would have dropped ${records} records (${share(records, total.records)}), ${mebibytes(bytes)} MiB (${share(bytes, total.bytes)})`,
      ...(records === 0
        ? []
        : textTable([
            ["rule", "records", "share", "MiB", "share", "bytes each"],
            ...rows(trial.dropped, total, Number.POSITIVE_INFINITY, "records"),
          ])),
      ...trial.failed
        .sorted("records")
        .map(
          ([rule, amount]) =>
            `rule ${rule} could not be applied to ${amount.records} records; they would have been kept`,
        ),
    );
  }
  return lines.join("\n");
}

export function otherLines(count: number): string {
  return `${count} line${count === 1 ? "" : "s"} of something else than OTLP JSON`;
}

/** The same as JSON: `version` changes when a member changes its meaning or goes away. */
export function noiseJson({ groups, trials, period, badLines }: NoiseReport, { top, sort, by }: NoiseOptions): string {
  const amounts = (tally: Tally, name: string, most = Number.POSITIVE_INFINITY): readonly object[] =>
    tally
      .sorted(sort)
      .slice(0, most)
      .map(([group, amount]) => ({ [name]: group, ...amount }));
  const json = JSON.stringify(
    {
      version: 1,
      by,
      ...groups.total,
      bad_lines: badLines,
      from: period === undefined ? null : new Date(period.fromMs).toISOString(),
      to: period === undefined ? null : new Date(period.toMs).toISOString(),
      groups: amounts(groups, "group", top),
      filters: trials.map((trial) => ({
        id: trial.id,
        dropped: trial.total,
        rules: amounts(trial.dropped, "rule"),
        failed: amounts(trial.failed, "rule"),
      })),
    },
    null,
    2,
  );
  return printableJson(json);
}

function rows(tally: Tally, total: Amount, top: number, sort: keyof Amount): readonly (readonly string[])[] {
  const sorted = tally.sorted(sort);
  const first = sorted.slice(0, top).map(([group, amount]) => row(shown(group), amount, total));
  const others = sorted.slice(top).map(([, amount]) => amount);
  if (others.length === 0) return first;
  const sum = others.reduce((a, b) => ({ records: a.records + b.records, bytes: a.bytes + b.bytes }));
  return [...first, row(REST, sum, total)];
}

function row(name: string, { records, bytes }: Amount, total: Amount): readonly string[] {
  return [
    name,
    String(records),
    share(records, total.records),
    mebibytes(bytes),
    share(bytes, total.bytes),
    String(Math.round(bytes / records)),
  ];
}

function share(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`;
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(2);
}

/** Names come from records. */
function shown(text: string): string {
  const line = printable(text).replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line;
}
