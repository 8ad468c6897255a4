import type { ContentTypeVerdict, State, Trouble } from "../health/judge.ts";
import { printable } from "../printable.ts";
import { scrub } from "../scrub.ts";
import type { ContentTypeFacts } from "../storage/ledger-facts.ts";
import type { Condition, DeadLettered, Period } from "../storage/storage.ts";
import { collectorLine } from "./collector-line.ts";
import { deadLettered, oldestOwedMs } from "./status-json.ts";
import type { BranchStatus, IntegrationStatus, StatusReport } from "./status-report.ts";
import { formatAge, formatDayMinute, formatMinute, formatPeriod, textTable, wrap } from "./text-table.ts";

export type Colour = "green" | "yellow" | "red" | "gray" | "bold";

export interface TextOptions {
  /** Characters that a line may have; tables need 79. */
  readonly width: number;
  readonly style: (colour: Colour, text: string) => string;
}

const STATES: Readonly<Record<State, { readonly word: string; readonly colour: Colour }>> = {
  ready: { word: "Ready", colour: "green" },
  pending: { word: "Pending", colour: "green" },
  healthy: { word: "Healthy", colour: "green" },
  quiet: { word: "Quiet", colour: "yellow" },
  degraded: { word: "Degraded", colour: "yellow" },
  unhealthy: { word: "Unhealthy", colour: "red" },
  bad_credentials: { word: "Bad credentials", colour: "red" },
};

/** So many gaps of a content type are written out. */
const MAX_PERIODS = 5;

/** The report for people. Times are UTC. */
export function statusText(report: StatusReport, options: TextOptions): string {
  const { integrations, unconfigured } = report;
  const blocks = [
    head(report, options),
    ...integrations.map((integration) => integrationText(integration, report, options)),
  ];
  if (unconfigured.length > 0) {
    const names = unconfigured.map(({ owner }) => `  tenant ${owner.tenantId}, application ${owner.clientId}`);
    blocks.push(["The configuration does not name these integrations of the ledger; they are not judged:", ...names]);
  }
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}

function head(report: StatusReport, options: TextOptions): string[] {
  const { nowMs, directory, ledgerFound, lock, roomFault, integrations } = report;
  const lines = [
    `Time       ${formatMinute(nowMs)} UTC, as all times here`,
    `Storage    ${printable(directory)}`,
    `Collector  ${collectorLine(lock, nowMs)}`,
  ];
  // A full disk keeps the collector from storing what troubles it: nobody else would say it here.
  if (roomFault !== undefined) lines.splice(2, 0, `Disk       ${roomFault}`);
  if (!ledgerFound) lines.push(`Ledger     no ledger yet at ${printable(directory)}`);
  else if (integrations.length === 0) lines.push("Ledger     empty: no integration has been collected yet");
  return lines.map((line) => `${options.style("gray", line.slice(0, 9))}${line.slice(9)}`);
}

function integrationText(integration: IntegrationStatus, report: StatusReport, options: TextOptions): string[] {
  const { id, owner, verdict, branches, deadLetters, faults } = integration;
  const { word, colour } = STATES[verdict.state];
  const { style } = options;
  const gap = verdict.gap ? `, ${style("red", "with a gap")}` : "";
  const tenant = `tenant ${owner.tenantId}`;
  const lines = [`${style("bold", id ?? tenant)}  ${style(colour, word)}${gap}`];
  const whose = [`cloud ${owner.cloud}${id === undefined ? "" : `, ${tenant}`}`, `application ${owner.clientId}`];
  lines.push(...whose.map((line) => `  ${style("gray", line)}`));
  lines.push(...signInNotes(verdict.contentTypes, report, options));
  for (const contentType of verdict.contentTypes) lines.push(...notes(contentType, report, options));
  lines.push(...faultNotes(faults, report.nowMs, options));
  lines.push(...deadLetterNotes(deadLetters, options));
  if (verdict.contentTypes.length > 0) {
    lines.push("", ...countsTable(verdict.contentTypes, deadLetters, options));
    lines.push("", ...timesTable(verdict.contentTypes, report.nowMs, options));
  }
  if (branches.length > 0) lines.push("", ...branchTable(branches, report.nowMs, options));
  return lines;
}

/** A sign-in that is refused concerns all content types alike: one sentence says so. */
function signInNotes(verdicts: readonly ContentTypeVerdict[], report: StatusReport, options: TextOptions): string[] {
  const found = verdicts.flatMap(({ troubles }) => troubles).find(({ about }) => about === "sign_in");
  if (found === undefined) return [];
  const last = report.lock.running === "no" ? "when the collector ran last, " : "";
  return note(
    "red",
    `${last}since ${formatMinute(found.sinceMs)}: ${printable(scrub(found.cause ?? "refused"))}`,
    options,
  );
}

/** The state waits for a fault to last; whoever looks because something is wrong wants to know of it at once. */
function faultNotes(faults: readonly Condition[], nowMs: number, options: TextOptions): string[] {
  // What fails for one reason, a full disk above all, is reported by each part that it hits.
  const distinct = Map.groupBy(faults, ({ component, message }) => JSON.stringify([component, message]));
  return [...distinct.values()].flatMap((alike) => {
    const { component = "", message = "" } = alike[0] ?? {};
    const sinceMs = Math.min(...alike.map((fault) => fault.sinceMs));
    const since = `${formatMinute(sinceMs)} (${formatAge(nowMs - sinceMs)})`;
    return note("yellow", `${component}, since ${since}: ${printable(scrub(message))}`, options);
  });
}

function deadLetterNotes(letters: readonly DeadLettered[], options: TextOptions): string[] {
  const byExporter = Map.groupBy(letters, ({ exporter }) => exporter);
  return [...byExporter].flatMap(([exporter, those]) => {
    const count = (reason: DeadLettered["reason"]): number =>
      those.filter((one) => one.reason === reason).reduce((sum, { records }) => sum + records, 0);
    const partial = count("partial");
    const also = partial === 0 ? "" : `, and ${partial} were in batches of which it refused some`;
    const text = `${exporter} has refused ${count("refused")} records for good${also}; they are in dead-letters/ unless they were sent again (replay --dead-letters) or moved away`;
    return note("yellow", text, options);
  });
}

function note(colour: Colour, text: string, { width, style }: TextOptions): string[] {
  return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${style(colour, "!")} ${line}` : `    ${line}`));
}

/** What an operator has to know about a content type, a sentence each. */
function notes(verdict: ContentTypeVerdict, report: StatusReport, options: TextOptions): string[] {
  const { facts, gaps, backlog, troubles } = verdict;
  const found: (readonly [Colour, string])[] = troubles
    .filter(({ about }) => about !== "sign_in")
    .map((trouble) => [STATES[trouble.state].colour, troubleText(trouble, verdict, report)]);
  for (const gap of firstFew(gaps)) {
    found.push([
      "red",
      `gap ${gap}: never listed, and the service no longer lists it; an export of that period can be sent with replay --file`,
    ]);
  }
  const lost = facts.expired + facts.gone;
  if (lost > 0) {
    found.push([
      "red",
      `gap of ${blobs(lost)}: the service gave up ${facts.expired} as expired, ${facts.gone} as gone`,
    ]);
  }
  // What is later than all that was listed goes without saying, or is said above.
  const lastMs = facts.coverage.at(-1)?.fromMs ?? 0;
  for (const period of firstFew(backlog.filter(({ fromMs }) => fromMs < lastMs))) {
    found.push(["yellow", `${period}: not listed to its end yet; the collector does that as soon as it can`]);
  }
  if (facts.setAside > 0) {
    const error = facts.lastError === undefined ? "the log says why" : printable(scrub(facts.lastError));
    found.push(["yellow", `${blobs(facts.setAside)} set aside until the next attempt: ${error}`]);
  }
  const ended = facts.listed - facts.delivered - facts.pending - lost;
  if (ended > 0) found.push(["gray", `${blobs(ended)} listed from before what any pipeline collects`]);
  if (!verdict.configured) found.push(["gray", "is not in the configuration: whether it is listed is not judged"]);
  return found.flatMap(([colour, text]) => note(colour, `${facts.contentType}: ${text}`, options));
}

function troubleText(trouble: Trouble, { facts }: ContentTypeVerdict, report: StatusReport): string {
  const { about, branch, sinceMs } = trouble;
  const since = `${formatMinute(sinceMs)} (${formatAge(report.nowMs - sinceMs)})`;
  const why = whyText(trouble, facts, report);
  if (about === "permission") return `refused since ${since}${why}`;
  if (about === "quiet") {
    return `nothing new since ${since}, longer than its usual pauses, although listings succeed; is auditing still on, and the subscription delivering?`;
  }
  if (about === "empty") {
    return `nothing ever came since collecting began at ${since}, nor of any other content type, although listings succeed; is auditing on? check says so, and how to turn it on`;
  }
  if (about === "delivery") return `${branch ?? ""} has not delivered what was listed at ${since}${why}`;
  if (facts.originMs === undefined) return `was never listed since the collector started at ${since}${why}`;
  return `nothing was listed to its end since ${since}${why}`;
}

function whyText({ about, cause }: Trouble, { pending }: ContentTypeFacts, { lock }: StatusReport): string {
  if (lock.running === "no") return "; no collector is running";
  if (cause !== undefined) return `: ${printable(scrub(cause))}`;
  if (about !== "delivery" || lock.running === "unknown") return "; the log of the collector says why";
  return `; no component reports a fault, so it is catching up: ${blobs(pending)} to go`;
}

function firstFew(periods: readonly Period[]): readonly string[] {
  // The newest ones: those an operator has not seen yet.
  const texts = periods.slice(-MAX_PERIODS).map(formatPeriod);
  const rest = periods.length - texts.length;
  return rest > 0 ? [`${rest} older periods (all of them: --json)`, ...texts] : texts;
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

function blobs(count: number): string {
  return `${count} blob${count === 1 ? "" : "s"}`;
}
