import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CollectorError, ErrorCode } from "../errors.ts";
import { DirectoryLock } from "../storage/directory-lock.ts";
import { readLock } from "../storage/lock-holder.ts";
import { makeDirectory } from "../storage/make-directory.ts";
import { LEDGER_FILE } from "../storage/sqlite.ts";
import type { Storage } from "../storage/storage.ts";

/** What replays are of, and the beginnings of the names of their folders. */
export type ReplayKind = "period" | "files" | "dead-letters";

/** Hexadecimal digits that tell one replay of a kind from another: 48 bits. */
const DIGEST_DIGITS = 12;

/** The folder of the state of all replays in a storage directory. */
function replayRoot(storageDirectory: string): string {
  return join(storageDirectory, "replay");
}

/**
 * The folder of one replay: the same for the same question, so that it is found again after an interruption.
 *
 * @param what Tells it from others of its kind. Undefined: there is one of the kind.
 */
export function replayDirectory(storageDirectory: string, kind: ReplayKind, what?: unknown): string {
  if (what === undefined) return join(replayRoot(storageDirectory), kind);
  const digest = createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, DIGEST_DIGITS);
  return join(replayRoot(storageDirectory), `${kind}-${digest}`);
}

/** The folders of all replays there are. */
export function replayDirectories(storageDirectory: string): readonly string[] {
  const root = replayRoot(storageDirectory);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .toSorted()
    .map((name) => join(root, name));
}

/** Removes what a replay needs no more once it has ended: its ledger, and what it read of files. */
export function removeWork(directory: string): void {
  const ledger = ["", "-wal", "-shm"].map((end) => `${LEDGER_FILE}${end}`);
  for (const name of [...ledger, "files", "spool"]) rmSync(join(directory, name), { recursive: true, force: true });
}

/**
 * Forgets what a replay has done, but for its dead letters: nobody else has those.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when somebody is at it.
 */
export function forgetReplay(directory: string): void {
  requireIdle(directory);
  rmSync(join(directory, "replay.json"), { force: true });
  removeWork(directory);
}

/**
 * Makes sure that nobody is at a replay already.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` naming the process that is.
 */
export function requireIdle(directory: string): void {
  const { running, process: holder } = readLock(directory);
  if (running !== "yes") return;
  const who = holder === undefined ? "a process" : `process ${holder.pid} on host "${holder.host}"`;
  const since = holder === undefined ? "" : ` since ${holder.startedAt}`;
  throw new CollectorError(
    ErrorCode.storage,
    `Cannot begin the replay in "${directory}": ${who} is at it${since}; wait for it, or stop it and run this again to go on`,
  );
}

/**
 * Holds a folder for one process, without a ledger.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when another process has it.
 */
export function holdDirectory(directory: string, nowMs: number): Storage {
  makeDirectory(directory);
  requireIdle(directory);
  const lock = DirectoryLock.acquire(directory, new Date(nowMs).toISOString());
  return {
    spoolDirectory: directory,
    ledgerWasLost: false,
    ledger() {
      throw new TypeError("this storage keeps no ledger");
    },
    saveConditions() {},
    countDeadLetters() {},
    beat() {},
    close: (kind = "stopped", atMs = Date.now()) => lock.release(kind, atMs),
  };
}
