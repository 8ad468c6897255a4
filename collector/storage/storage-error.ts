import { CollectorError, ErrorCode } from "../errors.ts";

/** Primary result codes of SQLite that tell the user what to do. The extended code's low byte is the primary one. */
const SQLITE = {
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  notadb: 26,
} as const;

const MOVE_AWAY =
  "move the file and its -wal and -shm neighbours away to start a new ledger (initial_lookback is then collected again, and what is owed from before it is not: docs/ledger.md), or restore a backup";
const CHECK_ACCESS = "check that the path exists and that this user may read and write it";

const REMEDIES: Readonly<Record<number, string>> = {
  [SQLITE.perm]: CHECK_ACCESS,
  [SQLITE.busy]: "another program holds the file: find and stop it",
  [SQLITE.locked]: "another program holds the file: find and stop it",
  [SQLITE.readonly]: CHECK_ACCESS,
  [SQLITE.ioerr]: "check the disk and its file system (network file systems are not supported)",
  [SQLITE.corrupt]: MOVE_AWAY,
  [SQLITE.full]: "free disk space; collection goes on by itself",
  [SQLITE.cantopen]: CHECK_ACCESS,
  [SQLITE.notadb]: MOVE_AWAY,
};

/** The primary SQLite result code of an error that `node:sqlite` threw; undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** True when another connection holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.busy || code === SQLITE.locked;
}

/** A `CollectorError` with code `OTEL_O365_STORAGE` that names the path, what was seen and what to do. */
export function storageError(action: string, path: string, cause: unknown): CollectorError {
  const seen = cause instanceof Error ? cause.message : String(cause);
  const full = cause instanceof Error && "code" in cause && cause.code === "ENOSPC";
  const remedy =
    REMEDIES[sqliteCode(cause) ?? (full ? SQLITE.full : SQLITE.cantopen)] ??
    "check the disk, then report this as a fault";
  return new CollectorError(ErrorCode.storage, `Cannot ${action} "${path}": ${seen}; ${remedy}`, { cause });
}
