import { Readable } from "node:stream";
import type { ExportedRow } from "../../../../receiver/replay/files/exported-row.ts";
import { exportRows } from "../../../../receiver/replay/files/export-rows.ts";

/** A row as tests compare it: text, or fault. */
export interface SeenRow {
  readonly line: number;
  readonly text?: string;
  readonly fault?: string;
}

/** The rows of an export, which comes in pieces of `size` bytes. */
export async function rowsOf(content: string | Uint8Array, size: number = 65_536): Promise<readonly SeenRow[]> {
  const bytes = Buffer.from(content);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const rows: SeenRow[] = [];
  for await (const row of exportRows(Readable.from(pieces))) rows.push(seen(row));
  return rows;
}

function seen({ line, text, fault }: ExportedRow): SeenRow {
  return { line, ...(text === undefined ? {} : { text: text.toString() }), ...(fault === undefined ? {} : { fault }) };
}

/** CSV as RFC 4180 has it, every field quoted. */
export function csvOf(rows: readonly (readonly string[])[], delimiter: string = ",", lineEnd: string = "\r\n"): string {
  return rows
    .map((row) => `${row.map((field) => `"${field.replaceAll('"', '""')}"`).join(delimiter)}${lineEnd}`)
    .join("");
}

/** UTF-16, little endian, with a byte order mark, as PowerShell and Excel write it. */
export function utf16(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}
