import type { CollectorConfig } from "../config/model.ts";
import type { Journal } from "../replay/journal.ts";
import type { ReplayRun } from "../replay/replay-run.ts";
import type { ContentTypeFacts, IntegrationFacts } from "../storage/ledger-facts.ts";
import { readLedger } from "../storage/ledger-report.ts";
import type { LedgerOwner } from "../storage/storage.ts";
import type { RunEnd } from "./conduct-replay.ts";
import { overviewOf } from "./replay-progress.ts";
import { counted, exitCodeOf, paragraphs, type ReplayState, type ReplaySummary } from "./replay-summary.ts";
import { formatMinute, textTable } from "./text-table.ts";

/** What became of a period or of files, as `--json` prints it. Blobs of files are pieces of about a thousand records. */
export interface ReceiverSummary extends ReplaySummary {
  readonly state: Exclude<ReplayState, "ended_before" | "nothing">;
  /** The period, ISO 8601; absent for files. */
  readonly from?: string;
  readonly to?: string;
  readonly began: string;
  /** Of this run: records passed on although they are malformed. */
  readonly malformed: number;
  /** Rows and lines without a record. */
  readonly unreadable: number;
  /** Of this run: records left out, because they came before in the same replay. */
  readonly repeated: number;
  readonly integrations: readonly IntegrationSummary[];
  /** Periods that could not be had any more. */
  readonly missing: readonly {
    readonly integration: string;
    readonly content_type: string;
    readonly from: string;
    readonly to: string;
  }[];
}

interface IntegrationSummary {
  readonly id: string;
  readonly content_types: readonly ContentTypeSummary[];
  readonly branches: readonly {
    readonly name: string;
    readonly delivered: number;
    readonly owed: number;
    readonly lost: number;
  }[];
}

interface ContentTypeSummary {
  readonly content_type: string;
  readonly listed: number;
  readonly delivered: number;
  readonly pending: number;
  readonly expired: number;
  readonly gone: number;
  readonly records: number;
}

export interface ReceiverSummaryFacts {
  readonly kind: "period" | "files";
  readonly journal: Journal;
  readonly directory: string;
  readonly config: Pick<CollectorConfig, "receivers">;
  readonly run: ReplayRun;
  readonly end: RunEnd;
  readonly deadLettered: number;
}

/** Sums up a run, from what the ledger of the replay says. */
export function receiverSummary(facts: ReceiverSummaryFacts): ReceiverSummary {
  const { kind, journal, directory, run, end, deadLettered } = facts;
  const { records, malformed, unreadable } = overviewOf(run);
  const replays = [...run.replays];
  const problems = replays.flatMap(([, replay]) => replay.progress().problems);
  const missing = replays.flatMap(([integration, replay]) =>
    replay.progress().missing.map(({ contentType, period }) => ({
      integration,
      content_type: contentType,
      from: new Date(period.fromMs).toISOString(),
      to: new Date(period.toMs).toISOString(),
    })),
  );
  const integrations = integrationsOf(facts);
  const isLossy =
    problems.length + missing.length + deadLettered + unreadable > 0 ||
    integrations.some(({ branches }) => branches.some(({ lost }) => lost > 0));
  const state = end === "stopped" ? "interrupted" : isLossy ? "incomplete" : "complete";
  return {
    version: 1,
    kind,
    state,
    exit_code: exitCodeOf(state),
    directory,
    began: journal.began,
    ...journal.period,
    records,
    malformed,
    unreadable,
    repeated: run.counters.sum("otel_o365_receiver_duplicate_log_records"),
    dead_lettered: deadLettered,
    problems,
    missing,
    integrations,
  };
}

function integrationsOf({ directory, config, run }: ReceiverSummaryFacts): readonly IntegrationSummary[] {
  const ledgers = readLedger(directory)?.integrations ?? [];
  return [...run.replays.keys()].flatMap((id) => {
    const receiver = config.receivers.get(id);
    const owner = receiver?.factory.ledgerUse?.(receiver.config).owner;
    const facts = ledgers.find((one) => owner !== undefined && isSame(one.owner, owner));
    return facts === undefined ? [] : [integrationSummary(id, facts)];
  });
}

function isSame(one: LedgerOwner, other: LedgerOwner): boolean {
  return one.cloud === other.cloud && one.tenantId === other.tenantId && one.clientId === other.clientId;
}

function integrationSummary(id: string, { contentTypes, branches }: IntegrationFacts): IntegrationSummary {
  return {
    id,
    content_types: contentTypes.map(({ contentType, listed, delivered, pending, expired, gone, records }) => ({
      content_type: contentType,
      listed,
      delivered,
      pending,
      expired,
      gone,
      records,
    })),
    branches: branches
      .filter(({ active }) => active)
      .map(({ name, delivered, expired, gone }) => ({
        name,
        delivered,
        owed: owedTo(name, contentTypes),
        lost: expired + gone,
      })),
  };
}

function owedTo(branch: string, contentTypes: readonly ContentTypeFacts[]): number {
  return contentTypes.reduce((sum, { owed }) => sum + (owed.find((one) => one.branch === branch)?.blobs ?? 0), 0);
}

/** The same for people. */
export function receiverSummaryText(summary: ReceiverSummary): string {
  const { state, records, malformed, unreadable, repeated, dead_lettered, problems, missing } = summary;
  const period = summary.from === undefined ? "" : `${minute(summary.from)} to ${minute(summary.to)} (UTC): `;
  const delivered = `${period}${counted(records, "record")} delivered`;
  const heads = {
    complete: `Complete. ${delivered}.`,
    incomplete: `Ended, but not complete. ${delivered}.`,
    interrupted: `Interrupted. ${delivered} so far; the same command goes on from here.`,
  };
  const notes = [
    ...(repeated > 0 ? [`${counted(repeated, "record")} left out that came twice.`] : []),
    ...(malformed > 0 ? [`${counted(malformed, "record")} passed on as malformed.`] : []),
    ...(unreadable > 0 ? [`${counted(unreadable, "row")} without a record: the log names them.`] : []),
    ...(dead_lettered > 0
      ? [`${counted(dead_lettered, "record")} refused for good by a backend: "replay --dead-letters" sends them again.`]
      : []),
    ...missingTexts(missing),
    ...problems,
    ...(problems.length > 0 ? ["The same command has the rest once that is mended."] : []),
  ];
  return [paragraphs([heads[state]]), ...table(summary), ...(notes.length > 0 ? [paragraphs(notes)] : [])].join("\n");
}

/** One text for each period of an integration, whatever the number of its content types. */
function missingTexts(missing: ReceiverSummary["missing"]): readonly string[] {
  const alike = Map.groupBy(
    missing,
    ({ integration, from, to }) => `${minute(from)} to ${minute(to)} (UTC) of ${integration}`,
  );
  return [...alike].map(([part, types]) => {
    const names = types.map(({ content_type }) => content_type).join(", ");
    return `Out of reach: ${part} (${names}). The API lists 7 days; export that part with an audit search in Purview and deliver it with --file.`;
  });
}

const COLUMNS = ["", "blobs", "delivered", "owed", "lost"] as const;

/** Of each branch: what it has and what it lacks. */
function table({ integrations }: ReceiverSummary): readonly string[] {
  const rows = integrations.flatMap(({ id, branches }) =>
    branches.map(({ name, delivered, owed, lost }) => [
      `${id} ${name}`,
      ...[delivered + owed + lost, delivered, owed, lost].map((count) => count.toLocaleString("en")),
    ]),
  );
  return rows.length === 0 ? [] : textTable([COLUMNS, ...rows]).map((line) => `  ${line}`);
}

function minute(time: string | undefined): string {
  return time === undefined ? "" : formatMinute(Date.parse(time));
}

/** What a command prints that had ended before. */
export function endedBeforeText(summary: Journal["summary"], ended: string | undefined): string {
  const records = summary?.["records"];
  const delivered = typeof records === "number" ? ` with ${counted(records, "record")} delivered` : "";
  const state = summary?.["state"] === "complete" ? "was complete" : "had ended, but not complete,";
  return paragraphs([
    `Nothing done: this replay ${state} at ${minute(ended)} UTC${delivered}. To deliver it all once more, add --again.`,
  ]);
}
