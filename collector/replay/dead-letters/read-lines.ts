import { open } from "node:fs/promises";

const NEWLINE = 0x0a;
const BLOCK_BYTES = 262_144;

/** A line of a file, and where it ends. */
export interface Line {
  /** Without the newline. */
  readonly bytes: Buffer;
  /** Offset of the byte behind it, and behind its newline. */
  readonly end: number;
  /** Whether it ends with a newline: a crash leaves a line without one behind. */
  readonly whole: boolean;
}

/**
 * The lines of a file from `start` on, which must be the start of a line. Changes nothing. Errors are those of `node:fs`.
 * Memory: the longest line.
 */
export async function* readLines(path: string, start: number): AsyncGenerator<Line, void, undefined> {
  await using handle = await open(path, "r");
  let offset = start;
  let parts: Buffer[] = [];
  for (let position = start; ;) {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    let from = 0;
    for (let at = block.indexOf(NEWLINE); at !== -1 && at < bytesRead; at = block.indexOf(NEWLINE, from)) {
      parts.push(block.subarray(from, at));
      const bytes = Buffer.concat(parts);
      parts = [];
      from = at + 1;
      offset += bytes.length + 1;
      yield { bytes, end: offset, whole: true };
    }
    if (from < bytesRead) parts.push(block.subarray(from, bytesRead));
  }
  const rest = Buffer.concat(parts);
  if (rest.length > 0) yield { bytes: rest, end: offset + rest.length, whole: false };
}
