/** One row, line or element of an audit search export. */
export interface ExportedRow {
  /** Of the file, from 1. */
  readonly line: number;
  /** UTF-8, unless the file holds something else there. Undefined when there is no record. */
  readonly text: Buffer | undefined;
  /** Why there is none; undefined when there is. */
  readonly fault: string | undefined;
}

export function rowOf(line: number, text: Buffer): ExportedRow {
  return { line, text, fault: undefined };
}

export function faultyRow(line: number, fault: string): ExportedRow {
  return { line, text: undefined, fault };
}

/** The file as a whole cannot be read. Message: what was seen and what to do, to stand after "Cannot read <file>: ". */
export class ExportError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ExportError";
  }
}

/** Nothing larger is taken for one record, as with content blobs: what does not end before that has a quote or bracket too few. */
export const MAX_ROW_BYTES: number = 64 * 1024 * 1024;
