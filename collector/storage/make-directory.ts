import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CollectorError, ErrorCode } from "../errors.ts";
import { storageError } from "./storage-error.ts";

/**
 * Makes a directory and those above it that are missing, mode 0700. One level at a time: `mkdirSync` with `recursive` never
 * returns for some places where nothing can be made, such as `/proc/x` (seen on Node 24).
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when it cannot be made, or something else is there.
 */
export function makeDirectory(path: string): void {
  const missing: string[] = [];
  for (let current = resolve(path); !isDirectory(current); current = dirname(current)) missing.unshift(current);
  for (const directory of missing) {
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch (error) {
      throw storageError("make directory", directory, error);
    }
  }
}

function isDirectory(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  throw new CollectorError(
    ErrorCode.storage,
    `Cannot use directory "${path}": it is a file; name a folder of the collector's own in storage::directory`,
  );
}
