import { isJsonObject, type JsonObject } from "../../../collector/record.ts";
import { JsonArrayScanner } from "../../content/json-array.ts";
import { type ByteSource, peek } from "./byte-source.ts";
import { ExportError, type ExportedRow, faultyRow, MAX_ROW_BYTES, rowOf } from "./exported-row.ts";

const NEWLINE = 0x0a;
const COLUMN = "auditdata";
/** Members of which an audit record has at least one, and a row of an export none. */
const OF_RECORDS = ["CreationTime", "RecordType", "Operation"] as const;

/**
 * The audit records of JSON in UTF-8: an array, one value a line, or a single value over several lines (what ConvertTo-Json makes of one
 * result). A value is an audit record itself, whose text is taken as it stands there, an object with an `AuditData` text, or such a text.
 *
 * @throws {ExportError} When one value is too large to be one.
 */
export async function* jsonRows(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  const { head, all } = await peek(
    source,
    (seen) => isArray(seen) || linesIn(seen).length > 2 || seen.length > MAX_ROW_BYTES,
  );
  if (isArray(head)) {
    yield* arrayRows(all);
    return;
  }
  const [first = "", second] = linesIn(head);
  const isOneValue = second !== undefined && !/^"?\{/.test(second) && parse(Buffer.from(first)) === undefined;
  yield* isOneValue ? singleRow(all) : lineRows(all);
}

function isArray(head: Buffer): boolean {
  return head.toString("latin1", 0, 65_536).trimStart().startsWith("[");
}

/** The lines that hold something, the last one as far as it is there. */
function linesIn(head: Buffer): readonly string[] {
  return head
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

async function* arrayRows(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  const found: (readonly [start: number, end: number])[] = [];
  const scanner = new JsonArrayScanner((start, end) => found.push([start, end]));
  const window = new Window();
  for await (const piece of source) {
    window.push(piece);
    scanner.push(piece);
    for (const [start, end] of found.splice(0)) yield valueRow(window.lineAt(start), window.slice(start, end));
    window.forget(scanner.remainderStart);
    if (window.size > MAX_ROW_BYTES) break;
  }
  const { fault } = scanner;
  if (fault === undefined) return;
  const line = window.lineAt(scanner.remainderStart);
  yield faultyRow(line, `the array is not whole (${fault}); what follows is left out`);
}

async function* lineRows(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 1;
  for await (const piece of source) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      yield* lineRow(line, Buffer.concat([...rest, piece.subarray(start, end)]));
      rest = [];
      restBytes = 0;
      start = end + 1;
      line += 1;
    }
    rest.push(piece.subarray(start));
    restBytes += piece.length - start;
    if (restBytes > MAX_ROW_BYTES) throw new ExportError(`line ${line} is longer than 64 MiB; export it as CSV`);
  }
  yield* lineRow(line, Buffer.concat(rest));
}

function* lineRow(line: number, bytes: Buffer): Generator<ExportedRow, void, undefined> {
  const text = trimmed(bytes);
  if (text.length > 0) yield valueRow(line, text);
}

async function* singleRow(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_ROW_BYTES)
      throw new ExportError("it is one JSON value of more than 64 MiB; export it as an array or as CSV");
  }
  yield valueRow(1, trimmed(Buffer.concat(pieces)));
}

/** A JSON value as a row. Text that is no JSON is a row as well: it is passed on as malformed. */
function valueRow(line: number, text: Buffer): ExportedRow {
  const value = parse(text);
  if (value === undefined) return rowOf(line, text);
  if (typeof value === "string")
    return value === "" ? faultyRow(line, "it is an empty text") : rowOf(line, Buffer.from(value));
  if (!isJsonObject(value)) return faultyRow(line, "it is neither an object nor a text");
  const key = Object.keys(value).find((one) => one.toLowerCase() === COLUMN);
  if (key !== undefined) return auditDataRow(line, value, key);
  if (OF_RECORDS.some((name) => name in value)) return rowOf(line, text);
  return faultyRow(line, "it is neither an audit record nor an object with AuditData");
}

function auditDataRow(line: number, value: JsonObject, key: string): ExportedRow {
  const data = value[key];
  if (typeof data === "string" && data !== "") return rowOf(line, Buffer.from(data));
  const seen = data === "" || data === null ? "is empty" : `is of type ${typeof data} instead of text`;
  return faultyRow(line, `its AuditData ${seen}`);
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}

function trimmed(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isWhiteSpace(bytes[start])) start += 1;
  while (end > start && isWhiteSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The bytes around the current element, by their offsets in the file. */
class Window {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #line = 1;
  /** Up to here newlines are counted. */
  #counted = 0;

  get size(): number {
    return this.#bytes.length;
  }

  push(piece: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
  }

  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start - this.#start, end - this.#start);
  }

  /** The line of an offset, from 1. Offsets come in order. */
  lineAt(offset: number): number {
    for (let at = this.#counted; at < offset; at += 1) if (this.#bytes[at - this.#start] === NEWLINE) this.#line += 1;
    this.#counted = Math.max(this.#counted, offset);
    return this.#line;
  }

  /** Forgets what is before an offset. */
  forget(offset: number): void {
    this.lineAt(offset);
    this.#bytes = this.#bytes.subarray(offset - this.#start);
    this.#start = offset;
  }
}
