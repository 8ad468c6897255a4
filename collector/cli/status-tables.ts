import type { ContentTypeVerdict } from "../health/judge.ts";
import type { DeadLettered } from "../storage/storage.ts";
import { deadLettered, oldestOwedMs } from "./status-json.ts";
import type { BranchStatus, IntegrationStatus } from "./status-report.ts";
import type { TextOptions } from "./status-style.ts";
import { formatAge, formatDayMinute, textTable } from "./text-table.ts";

/** The numbers of an integration: what was listed and delivered, how old it is, and what each branch owes. */
export function integrationTables(
  { verdict, branches, deadLetters }: IntegrationStatus,
  nowMs: number,
  options: TextOptions,
): readonly string[] {
  const lines: string[] = [];
  if (verdict.contentTypes.length > 0) {
    lines.push("", ...countsTable(verdict.contentTypes, deadLetters, options));
    lines.push("", ...timesTable(verdict.contentTypes, nowMs, options));
  }
  if (branches.length > 0) lines.push("", ...branchTable(branches, nowMs, options));
  return lines;
}

function countsTable(
  verdicts: readonly ContentTypeVerdict[],
  letters: readonly DeadLettered[],
  options: TextOptions,
): readonly string[] {
  const rows = verdicts.map(({ facts }) => {
    const { contentType, listed, delivered, pending, expired, gone } = facts;
    const dead = deadLettered(letters, contentType);
    return [contentType, ...[listed, delivered, pending, expired, gone, dead].map(String)];
  });
  const heads = ["content type", "listed", "delivered", "pending", "expired", "gone", "dead"];
  return indent([heads, ...rows], options);
}

function timesTable(verdicts: readonly ContentTypeVerdict[], nowMs: number, options: TextOptions): readonly string[] {
  const rows = verdicts.map((verdict) => {
    const { facts } = verdict;
    const { contentType, newestMs, newestRecordMs, coverage } = facts;
    const ages = [newestMs, newestRecordMs, oldestOwedMs(verdict)].map((ms) =>
      ms === undefined ? "-" : formatAge(nowMs - ms),
    );
    const ends = [coverage[0]?.fromMs, coverage.at(-1)?.toMs];
    return [contentType, ...ages, ...ends.map((ms) => (ms === undefined ? "-" : formatDayMinute(ms)))];
  });
  return indent([["content type", "lag", "newest", "oldest", "covered from", "covered to"], ...rows], options);
}

function branchTable(branches: readonly BranchStatus[], nowMs: number, options: TextOptions): readonly string[] {
  const rows = branches
    .filter(({ active }) => active)
    .map(({ name, owed, oldestMs, delivered, expired, gone }) => {
      const oldest = oldestMs === undefined ? "-" : formatAge(nowMs - oldestMs);
      return [name, String(delivered), String(owed), oldest, String(expired), String(gone)];
    });
  return indent([["pipeline>exporter", "delivered", "owed", "oldest", "expired", "gone"], ...rows], options);
}

function indent(rows: readonly (readonly string[])[], { style }: TextOptions): readonly string[] {
  return textTable(rows).map((line, index) => (index === 0 ? `  ${style("gray", line)}` : `  ${line}`));
}
