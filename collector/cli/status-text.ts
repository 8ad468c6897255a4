import { STATES, WELL } from "../health/judge.ts";
import { printable } from "../printable.ts";
import { collectorLine } from "./collector-line.ts";
import { type Note, notesOf } from "./status-notes.ts";
import type { IntegrationStatus, StatusReport } from "./status-report.ts";
import { STATE_WORDS, type TextOptions } from "./status-style.ts";
import { integrationTables } from "./status-tables.ts";
import { firstNames, formatMinute, wrap } from "./text-table.ts";

/** The report for people. Times are UTC. */
export function statusText(report: StatusReport, options: TextOptions): string {
  const { integrations, unconfigured } = report;
  const each =
    options.problemsOnly === true
      ? problemBlocks(report, options)
      : integrations.map((integration) => integrationText(integration, report, options));
  const blocks = [head(report, options), ...each];
  if (unconfigured.length > 0) {
    const names = unconfigured.map(({ owner }) => `  tenant ${owner.tenantId}, application ${owner.clientId}`);
    blocks.push(["The configuration does not name these integrations of the ledger; they are not judged:", ...names]);
  }
  if (integrations.length > 0) blocks.push([verdictLine(report, options)]);
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

function head(report: StatusReport, options: TextOptions): string[] {
  const { nowMs, directory, ledgerFound, ledgerGone, lock, roomFault, integrations } = report;
  const lines = [
    `Time       ${formatMinute(nowMs)} UTC, as all times here`,
    `Storage    ${printable(directory)}`,
    `Collector  ${collectorLine(lock, nowMs)}`,
  ];
  // A full disk keeps the collector from storing what troubles it: nobody else would say it here.
  if (roomFault !== undefined) lines.splice(2, 0, `Disk       ${roomFault}`);
  if (ledgerGone) {
    lines.push(
      `Ledger     gone: it was deleted or moved away from ${printable(directory)} while the collector runs; stop the collector, restore a backup if there is one (docs/ledger.md), and start it again`,
    );
  } else if (!ledgerFound) lines.push(`Ledger     no ledger yet at ${printable(directory)}`);
  else if (integrations.length === 0) lines.push("Ledger     empty: no integration has been collected yet");
  return lines.map((line) => `${options.style("gray", line.slice(0, 9))}${line.slice(9)}`);
}

function integrationText(integration: IntegrationStatus, report: StatusReport, options: TextOptions): string[] {
  const { id, owner } = integration;
  const { style } = options;
  const whose = [
    `cloud ${owner.cloud}${id === undefined ? "" : `, tenant ${owner.tenantId}`}`,
    `application ${owner.clientId}`,
  ];
  return [
    `${style("bold", nameOf(integration))}  ${stateText(integration, options)}`,
    ...whose.map((line) => `  ${style("gray", line)}`),
    ...notesOf(integration, report).flatMap((note) => noteLines(note, options)),
    ...integrationTables(integration, report.nowMs, options),
  ];
}

/** What is not well, gravest first. Integrations that the same has befallen, a dead backend above all, share a block. */
function problemBlocks(report: StatusReport, options: TextOptions): string[][] {
  const troubled = report.integrations
    .filter((one) => !isWell(one))
    .map((integration) => ({ integration, notes: notesOf(integration, report) }))
    .toSorted((one, other) => gravity(other.integration) - gravity(one.integration));
  const alike = Map.groupBy(troubled, ({ integration: { verdict }, notes }) =>
    JSON.stringify([verdict.state, verdict.gap, notes.map(({ likeness }) => likeness)]),
  );
  return [...alike.values()].flatMap((those) => {
    const [first] = those;
    if (first === undefined) return [];
    const names = namesOf(those.map(({ integration }) => integration));
    const heading = `${options.style("bold", names)}  ${stateText(first.integration, options)}`;
    return [[heading, ...first.notes.flatMap((note) => noteLines(note, options))]];
  });
}

/** The last line, whole for whoever reads only that: what of everything is not well. */
function verdictLine({ integrations, lock, roomFault, ledgerGone }: StatusReport, { style }: TextOptions): string {
  const byState = Map.groupBy(integrations, ({ verdict }) => verdict.state);
  const parts = STATES.toReversed().flatMap((state) => {
    const those = byState.get(state) ?? [];
    return those.length === 0 ? [] : [counted(those, STATE_WORDS[state].word.toLowerCase(), !WELL.has(state))];
  });
  const also = [
    ["with a gap", integrations.filter(({ verdict }) => verdict.gap)],
    ["with a new fault", integrations.filter((one) => WELL.has(one.verdict.state) && one.faults.length > 0)],
  ] as const;
  for (const [words, those] of also) if (those.length > 0) parts.push(counted(those, words, true));
  const before = [
    ...(lock.running === "no" ? ["no collector is running"] : []),
    ...(roomFault === undefined ? [] : ["the disk is full"]),
    ...(ledgerGone ? ["the ledger is gone"] : []),
    `${integrations.length} integration${integrations.length === 1 ? "" : "s"}: ${parts.join(", ")}`,
  ];
  const isGood = lock.running !== "no" && roomFault === undefined && !ledgerGone && integrations.every(isWell);
  const colours = integrations.map(({ verdict }) => STATE_WORDS[verdict.state].colour);
  const colour = isGood ? "green" : ledgerGone || colours.includes("red") ? "red" : "yellow";
  return style(colour, before.join("; "));
}

function counted(those: readonly IntegrationStatus[], words: string, isNamed: boolean): string {
  return `${those.length} ${words}${isNamed ? ` (${namesOf(those)})` : ""}`;
}

function namesOf(integrations: readonly IntegrationStatus[]): string {
  return firstNames(integrations.map(nameOf));
}

function nameOf({ id, owner }: IntegrationStatus): string {
  return id ?? `tenant ${owner.tenantId}`;
}

function stateText({ verdict }: IntegrationStatus, { style }: TextOptions): string {
  const { word, colour } = STATE_WORDS[verdict.state];
  return `${style(colour, word)}${verdict.gap ? `, ${style("red", "with a gap")}` : ""}`;
}

function isWell({ verdict, faults }: IntegrationStatus): boolean {
  return WELL.has(verdict.state) && !verdict.gap && faults.length === 0;
}

function gravity({ verdict }: IntegrationStatus): number {
  return STATES.indexOf(verdict.state) * 2 + (verdict.gap ? 1 : 0);
}

function noteLines({ colour, text }: Note, { width, style }: TextOptions): readonly string[] {
  return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${style(colour, "!")} ${line}` : `    ${line}`));
}
