import { readExported, recordKey } from "./exported.ts";

/** A record as the emulated tenant served it. */
export interface ServedRecord {
  readonly contentType: string;
  readonly id: string | undefined;
  readonly operation: string | undefined;
  readonly text: string;
}

/** What went in, compared with what came out. */
export interface Summary {
  readonly served: number;
  readonly exported: number;
  readonly bySchema: ReadonlyMap<string, number>;
  /** Exported more often than once. */
  readonly duplicates: number;
  /** Served and not exported: `Id Operation`, one each. */
  readonly missing: readonly string[];
  /** Exported, but no record of the tenant. */
  readonly unknown: number;
  /** Records whose body had matched secrets cut out of it, as `dlp_values: drop` demands. */
  readonly redacted: number;
  /** Body text that differs from the text that was served for any other reason. */
  readonly altered: readonly string[];
}

/**
 * Compares what the tenant served with a file of OTLP JSON lines, read back from the disk: the collector's own counters
 * have no part in it.
 */
export async function summarize(served: readonly ServedRecord[], outputFile: string): Promise<Summary> {
  const wanted = groupByKey(served);
  const seen = new Map<string, number>();
  const bySchema = new Map<string, number>();
  const altered: string[] = [];
  let exported = 0;
  let redacted = 0;
  for await (const record of readExported(outputFile)) {
    exported += 1;
    bySchema.set(record.schema, (bySchema.get(record.schema) ?? 0) + 1);
    seen.set(record.key, (seen.get(record.key) ?? 0) + 1);
    if (record.redacted) redacted += 1;
    else if (wanted.get(record.key)?.includes(record.body) === false) altered.push(readable(record.key));
  }
  let duplicates = 0;
  let unknown = 0;
  for (const [key, count] of seen) {
    const texts = wanted.get(key);
    if (texts === undefined) unknown += count;
    else duplicates += Math.max(0, count - texts.length);
  }
  const missing = [...wanted]
    .filter(([key, texts]) => (seen.get(key) ?? 0) < texts.length)
    .map(([key]) => readable(key));
  return { served: served.length, exported, bySchema, duplicates, missing, unknown, redacted, altered };
}

/** The texts of each record. Input of a user's own may hold records without an id: their keys are equal, their number still counts. */
function groupByKey(served: readonly ServedRecord[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { id, operation, text } of served) {
    const key = recordKey(id, operation);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [text]);
    else group.push(text);
  }
  return groups;
}

/**
 * The summary for people, one fact a line.
 *
 * @param live Whether the tenant was still making records: what is not there then was not collected yet.
 */
export function formatSummary(summary: Summary, extra: Readonly<Record<string, number>>, live: boolean): string {
  const schemas = [...summary.bySchema].toSorted(([a], [b]) => a.localeCompare(b));
  const rows: [string, string][] = [
    ...Object.entries(extra).map(([name, value]): [string, string] => [name, String(value)]),
    ["records served", String(summary.served)],
    ["records exported", String(summary.exported)],
    ...schemas.map(([schema, count]): [string, string] => [`  ${schema}`, String(count)]),
    ["duplicates", String(summary.duplicates)],
    ["redacted bodies", String(summary.redacted)],
    ["altered bodies", list(summary.altered)],
    ["unknown records", String(summary.unknown)],
    live ? ["not collected yet", String(summary.missing.length)] : ["missing", list(summary.missing)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
}

/** Whether everything arrived exactly once and unchanged. */
export function isComplete(summary: Summary): boolean {
  return (
    summary.missing.length === 0 && summary.duplicates === 0 && summary.unknown === 0 && summary.altered.length === 0
  );
}

function list(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).map((key) => `\n      ${key}`);
  const rest = keys.length > shown.length ? `\n      and ${keys.length - shown.length} more` : "";
  return `${keys.length}${shown.join("")}${rest}`;
}

function readable(key: string): string {
  return key.replace("\n", " ");
}
