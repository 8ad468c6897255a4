import { type ByteSource, inUtf8, peek } from "./byte-source.ts";
import { csvRows } from "./csv-rows.ts";
import type { ExportedRow } from "./exported-row.ts";
import { jsonRows } from "./json-rows.ts";

/** White space of any length may precede JSON; a header of CSV begins at once. */
const MAX_SPACE_BYTES = 65_536;

/**
 * The rows of an audit search export, CSV or JSON, in UTF-8 or UTF-16: which of them is seen from its beginning.
 *
 * @throws {ExportError} When it is none of these, or not whole.
 */
export async function* exportRows(source: ByteSource): AsyncGenerator<ExportedRow, void, undefined> {
  const { head, all } = await peek(
    inUtf8(source),
    (seen) => seen.toString("latin1").trim().length > 2 || seen.length > MAX_SPACE_BYTES,
  );
  const start = head.toString("latin1").trimStart();
  // A quoted object is a text with JSON in it; a quoted word is the first name of a CSV header.
  const isJson = start.startsWith("{") || start.startsWith("[") || start.startsWith('"{');
  yield* isJson ? jsonRows(all) : csvRows(all);
}
