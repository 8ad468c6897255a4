import { pipeline, Readable } from "node:stream";
import { parse } from "csv-parse";
import { type ByteSource, peek } from "./byte-source.ts";
import { ExportError, type ExportedRow, faultyRow, MAX_ROW_BYTES, rowOf } from "./exported-row.ts";

/** A comma; what Excel writes where the comma is a decimal point; what its "Unicode Text" has. */
const DELIMITERS = [",", ";", "\t"] as const;
const COLUMN = "auditdata";
/** More than any header: what has no line end by then is no CSV file of ours. */
const MAX_HEAD_BYTES = 1024 * 1024;
/** What stands before the header: `#TYPE` of PowerShell's Export-Csv, `sep=` for Excel. */
const PREAMBLE = /^(?:#TYPE .*|sep=.)$/i;
const NEWLINE = 0x0a;

/**
 * The rows of a CSV file in UTF-8 whose header names a column `AuditData`, in whatever place and case. Fields may hold line breaks,
 * delimiters and doubled quotes. A row that breaks the rules is given as faulty, and the next one goes on.
 *
 * @throws {ExportError} When there is no such column.
 */
export async function* csvRows(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  const { head, all } = await peek(
    source,
    (seen) => headerOf(seen, false) !== undefined || seen.length > MAX_HEAD_BYTES,
  );
  const header = headerOf(head, true);
  const delimiter = DELIMITERS.find((one) => columnsOf(header?.text ?? "", one).includes(COLUMN));
  if (header === undefined || delimiter === undefined) throw new ExportError(noColumn(header?.text ?? ""));
  const skipped: ExportedRow[] = [];
  const lines = new LineCounter();
  const parser = parse({
    // Buffers: whether a field is sound UTF-8 is looked at where it becomes a record.
    encoding: null,
    delimiter,
    from_line: header.line,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const line = lines.before(bytesOf(error)) + 1;
      // One row may break several rules.
      if (skipped.at(-1)?.line !== line)
        skipped.push(faultyRow(line, `it breaks the rules of CSV (${error?.code ?? "unknown"})`));
      return undefined;
    },
    max_record_size: MAX_ROW_BYTES,
    info: true,
  });
  // What goes wrong comes out of the iteration below.
  pipeline(Readable.from(lines.counted(all), { objectMode: false }), parser, () => {});
  let column: number | undefined;
  for await (const item of parser) {
    yield* skipped.splice(0);
    const { fields, end } = read(item);
    if (column === undefined) {
      column = fields.findIndex((field) => field.toString("utf8").trim().toLowerCase() === COLUMN);
      continue;
    }
    const line = lines.lastBefore(end) - fields.reduce((breaks, field) => breaks + newlinesIn(field), 0);
    const text = fields[column];
    if (text === undefined)
      yield faultyRow(line, `it has ${fields.length} columns, and AuditData is column ${column + 1}`);
    else if (text.length === 0) yield faultyRow(line, "its AuditData is empty");
    else yield rowOf(line, text);
  }
  yield* skipped;
}

interface Header {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** The first line that is no preamble; undefined when the bytes do not hold its end. */
function headerOf(head: Buffer, isAll: boolean): Header | undefined {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = head.indexOf(NEWLINE, start);
    if (end === -1 && !isAll) return undefined;
    const text = head.toString("utf8", start, end === -1 ? head.length : end).trim();
    if (!PREAMBLE.test(text)) return { text, line };
    if (end === -1) return undefined;
    start = end + 1;
  }
}

function columnsOf(header: string, delimiter: string): readonly string[] {
  return header.split(delimiter).map((name) => name.trim().replaceAll(/^"|"$/g, "").trim().toLowerCase());
}

function noColumn(header: string): string {
  const seen = header === "" ? "its first line is empty" : `its first line is ${JSON.stringify(header.slice(0, 200))}`;
  return `${seen}, which names no column AuditData; export all results of an audit search from Purview, or the output of Search-UnifiedAuditLog, as CSV or JSON`;
}

/** An item of the parser with `info` and without columns. */
function read(item: unknown): { readonly fields: readonly Buffer[]; readonly end: number } {
  if (typeof item !== "object" || item === null || !("record" in item) || !("info" in item)) throw foreign();
  const { record, info } = item;
  if (!Array.isArray(record) || !record.every((field) => Buffer.isBuffer(field))) throw foreign();
  return { fields: record, end: bytesOf(info) };
}

function foreign(): TypeError {
  return new TypeError("csv-parse gave something else than buffers");
}

/** How far the parser was. */
function bytesOf(info: unknown): number {
  if (typeof info !== "object" || info === null || !("bytes" in info) || typeof info.bytes !== "number")
    throw foreign();
  return info.bytes;
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Counts newlines by offset: the parser's own count is off where a field holds CR LF. Offsets come in order. */
class LineCounter {
  #offset = 0;
  /** Offsets of newlines that are not counted yet. */
  readonly #ahead: number[] = [];
  #counted = 0;
  #last = -1;

  async *counted(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
    for await (const bytes of source) {
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1))
        this.#ahead.push(this.#offset + at);
      this.#offset += bytes.length;
      yield bytes;
    }
  }

  /** Newlines before an offset. */
  before(offset: number): number {
    let passed = 0;
    for (const at of this.#ahead) {
      if (at >= offset) break;
      this.#last = at;
      passed += 1;
    }
    this.#ahead.splice(0, passed);
    this.#counted += passed;
    return this.#counted;
  }

  /** The line, from 1, of the last byte before an offset that is no newline at that end. */
  lastBefore(offset: number): number {
    const newlines = this.before(offset);
    return this.#last === offset - 1 ? newlines : newlines + 1;
  }
}
