import type { AuditLogRecord } from "../../collector/record.ts";

/** A fetched blob, verified complete. */
export interface FetchedContent {
  /** Size of the blob. */
  readonly bytes: number;
  /** What it holds in memory: all of it, or a chunk when it was spooled to a file. */
  readonly memoryBytes: number;
  /** Number of records in the blob. */
  readonly records: number;
  /** The records of chunk `index`, oldest first; undefined past the last chunk. Lanes may ask in any order, at any pace. */
  chunk(index: number): Promise<readonly AuditLogRecord[] | undefined>;
  dispose(): Promise<void>;
}
