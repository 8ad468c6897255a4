import { existsSync, readdirSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { deadLetterFolder } from "../../delivery/dead-letter-files.ts";
import { CollectorError, describeError, ErrorCode } from "../../errors.ts";
import { isAbsent, syncFolder } from "../../line-file.ts";
import { makeDirectory } from "../../storage/make-directory.ts";

/** A file of dead letters that nobody sends again yet. */
export interface LetterFile {
  readonly path: string;
  /** `fileName()` of its exporter. */
  readonly exporter: string;
}

/** Of an exporter: `<name>.jsonl`, or with a number for the older ones. */
const LETTERS = /^([^.]+)\.(?:(\d+)\.)?jsonl$/;

/**
 * The files of dead letters below a storage directory: those of the collector, then those that replays have left, each
 * oldest first.
 *
 * @param directories Storage directories: the collector's, and those of its replays.
 */
export function findLetters(directories: readonly string[]): readonly LetterFile[] {
  return directories.flatMap((directory) => lettersIn(deadLetterFolder(directory)));
}

function lettersIn(folder: string): readonly LetterFile[] {
  return namesIn(folder)
    .flatMap((name) => {
      const [, exporter, number] = LETTERS.exec(name) ?? [];
      // The file that is written to is the newest.
      const age = number === undefined ? Number.POSITIVE_INFINITY : Number(number);
      return exporter === undefined ? [] : [{ path: join(folder, name), exporter, age }];
    })
    .toSorted((a, b) => (a.age === b.age ? 0 : a.age - b.age));
}

/**
 * Takes files over: moves each into `folder`, under a name that tells the exporter and sorts by age. Works beside a collector that
 * appends to one of them: it writes what it was about to write into a new file as well. A file that vanished meanwhile is left out.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when one cannot be moved. What was moved before stays in `folder`.
 */
export async function claimLetters(files: readonly LetterFile[], folder: string, nowMs: number): Promise<void> {
  makeDirectory(folder);
  const stamp = new Date(nowMs).toISOString().replaceAll(/\D/g, "");
  let count = 0;
  for (const { path, exporter } of files) {
    let claimed: string;
    do {
      count += 1;
      claimed = join(folder, `${exporter}.${stamp}-${String(count).padStart(6, "0")}.jsonl`);
    } while (existsSync(claimed));
    try {
      await rename(path, claimed);
      // First where it is, then where it is no more.
      await syncFolder(claimed);
      await syncFolder(path);
    } catch (error) {
      if (isAbsent(error)) continue;
      throw new CollectorError(
        ErrorCode.storage,
        `Cannot take over dead letters "${path}": ${describeError(error)}; check who may write there, and run it as the user of the collector`,
        { cause: error },
      );
    }
  }
}

/** The files of an exporter that were taken over, oldest first. */
export function claimedLetters(folder: string, exporter: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => name.startsWith(`${exporter}.`) && name.endsWith(".jsonl"))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Names of the exporters that have files there, each once. */
export function exportersIn(folder: string): readonly string[] {
  return [
    ...new Set(namesIn(folder).flatMap((name) => (name.endsWith(".jsonl") ? (name.split(".", 1)[0] ?? "") : []))),
  ];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot look for dead letters in "${folder}": ${describeError(error)}; run it as the user of the collector`,
      { cause: error },
    );
  }
}
