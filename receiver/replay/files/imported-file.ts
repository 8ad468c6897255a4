import { join } from "node:path";
import { z } from "zod";
import { StateFile } from "../../../collector/state-file.ts";

/** Records that are delivered together: bytes `[start, end)` of the file of records. */
export type Piece = readonly [start: number, end: number, records: number];

/** Records of a tenant that is not the integration's. */
export interface ForeignRecords {
  readonly organizationId: string;
  readonly records: number;
  /** Line of the file that holds the first of them. */
  readonly firstLine: number;
}

/** What is known of an export that was read to its end. Its records are in a file beside, one after the other. */
export interface ImportedFile {
  readonly path: string;
  /** Of the export. */
  readonly bytes: number;
  /** Of the export, hexadecimal. */
  readonly sha256: string;
  readonly records: number;
  /** Rows without a record. */
  readonly unreadable: number;
  readonly foreign: readonly ForeignRecords[];
  readonly pieces: readonly Piece[];
}

const count = z.int().min(0);
const schema: z.ZodType<ImportedFile> = z.strictObject({
  path: z.string(),
  bytes: count,
  sha256: z.string(),
  records: count,
  unreadable: count,
  foreign: z.array(z.strictObject({ organizationId: z.string(), records: count, firstLine: count })),
  pieces: z.array(z.tuple([count, count, count])),
});

/** Where what was read of export number `index` is. */
export function importPaths(directory: string, index: number): { readonly state: string; readonly records: string } {
  return { state: join(directory, `${index}.json`), records: join(directory, `${index}.records`) };
}

/** It is there once the export was read to its end. */
export function importFile(directory: string, index: number): StateFile<ImportedFile> {
  return new StateFile(importPaths(directory, index).state, schema);
}
