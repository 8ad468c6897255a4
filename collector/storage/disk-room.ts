import { statfsSync } from "node:fs";

const MIB = 1024 * 1024;
/** A transaction of the ledger may take that much, its write-ahead log included. */
const NEEDED_BYTES = 8 * MIB;
/** Room for a few days of ledger of a large tenant, or for some large blobs in `spool/`. */
const COMFORTABLE_BYTES = 256 * MIB;

/** What `statfs` says of a file system, as far as it matters. */
export interface FileSystemRoom {
  readonly blocks: number;
  /** Free blocks that a user without privileges may take. */
  readonly bavail: number;
  readonly bsize: number;
}

export interface RoomFault {
  readonly level: "warn" | "fail";
  /** What was seen and what to do. */
  readonly message: string;
}

/** Why a folder that exists has too little room for the ledger; undefined when it has enough, or does not say. */
export function roomFault(folder: string, read: (path: string) => FileSystemRoom = statfsSync): RoomFault | undefined {
  const { blocks, bavail, bsize } = read(folder);
  const freeBytes = bavail * bsize;
  // Some network and virtual file systems know no size.
  if (blocks === 0 || freeBytes >= COMFORTABLE_BYTES) return undefined;
  const free = `only ${(freeBytes / MIB).toFixed(1)} MiB are free on its disk`;
  if (freeBytes >= NEEDED_BYTES) return { level: "warn", message: `${free}; make room before it is full` };
  return { level: "fail", message: `${free}, and nothing is collected without room for the ledger; free disk space` };
}
