import { styleText } from "node:util";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { safeText, safeValue } from "./terminal-text.ts";

/** Attributes that tell who, from where and how it ended; the first that is present wins. */
const USER = ["user.name", "xdr.user_name", "xdr.target_user_name", "xdr.user_principal_name", "o365.user_id"];
const ADDRESS = ["client.address", "xdr.source_address", "o365.client_ip"];
const OUTCOME = ["o365.outcome", "xdr.action", "o365.result_status", "error.type"];

const SCHEMA_PREFIX = "scwx.";
/** Width of the longest schema name, `thirdpartyalert`. */
const SCHEMA_WIDTH = 15;
const ABSENT = "-";

type Style = Parameters<typeof styleText>[0];

/** How text is styled; plain when the output is no terminal. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** One line: time, schema, event, user, address, outcome, integration. */
export function formatLine(record: ReadableLogRecord, paint: Paint): string {
  const schema = attribute(record, ["xdr.schema"]);
  const outcome = attribute(record, OUTCOME);
  return [
    paint("dim", formatTime(record.hrTime)),
    paint(
      "cyan",
      (schema.startsWith(SCHEMA_PREFIX) ? schema.slice(SCHEMA_PREFIX.length) : schema).padEnd(SCHEMA_WIDTH),
    ),
    paint("bold", safeText(record.eventName ?? ABSENT)),
    attribute(record, USER),
    attribute(record, ADDRESS),
    paint(/fail|error|denied/i.test(outcome) ? "red" : "green", outcome),
    paint("dim", safeValue(record.resource.attributes["o365.integration"] ?? ABSENT)),
  ].join("  ");
}

/** Everything that the record holds, one value a line, indented below its heading. */
export function formatDetails(record: ReadableLogRecord, paint: Paint): string {
  const lines = [
    formatLine(record, paint),
    `  observed: ${formatTime(record.hrTimeObserved)}`,
    `  scope: ${safeText(record.instrumentationScope.name)}`,
  ];
  if (record.severityNumber !== undefined || record.severityText !== undefined) {
    lines.push(`  severity: ${record.severityNumber ?? ABSENT} ${safeText(record.severityText ?? "")}`.trimEnd());
  }
  if (record.spanContext !== undefined) lines.push(`  trace: ${safeText(record.spanContext.traceId)}`);
  lines.push("  resource:", ...formatAttributes(record.resource.attributes, paint));
  lines.push("  attributes:", ...formatAttributes(record.attributes, paint));
  lines.push(`  body: ${safeValue(record.body)}`);
  return lines.join("\n");
}

function formatAttributes(attributes: Readonly<Record<string, unknown>>, paint: Paint): string[] {
  return Object.entries(attributes).map(([key, value]) => `    ${paint("cyan", safeText(key))}: ${safeValue(value)}`);
}

function attribute(record: ReadableLogRecord, names: readonly string[]): string {
  for (const name of names) {
    const value = record.attributes[name];
    if (value !== undefined && value !== null && value !== "") return safeValue(value);
  }
  return ABSENT;
}

/** ISO 8601, UTC, milliseconds; the numbers themselves when they are no date. */
function formatTime(time: ReadableLogRecord["hrTime"]): string {
  const date = new Date(time[0] * 1000 + Math.floor(time[1] / 1e6));
  return Number.isNaN(date.getTime()) ? `${time[0]}s` : date.toISOString();
}
