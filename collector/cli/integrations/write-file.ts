import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { CollectorError, describeError, ErrorCode } from "../../errors.ts";

/**
 * Writes a new file, and its folder when that is absent.
 *
 * @param mode Default: everybody may read it, because the user that the collector runs as is often another one.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the file exists or cannot be written.
 */
export function writeNewFile(path: string, text: string, mode: number = 0o644): void {
  attempt(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: "wx", mode });
  });
}

/** Writes a file that exists. @throws {CollectorError} `OTEL_O365_STORAGE` when it cannot be written. */
export function rewriteFile(path: string, text: string): void {
  attempt(path, () => writeFileSync(path, text));
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot write "${path}": ${describeError(error)}; check who may write there and that the disk has room`,
      { cause: error },
    );
  }
}
