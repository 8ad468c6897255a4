import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const NEWLINE = 0x0a;
const BLOCK_BYTES = 65_536;

/** A file that consists of whole lines. One write at a time; the caller sees to that. Errors are those of `node:fs`. */
export class LineFile {
  readonly #handle: FileHandle;
  readonly #fsync: boolean;
  #length: number;
  #torn = false;

  private constructor(handle: FileHandle, length: number, fsync: boolean) {
    this.#handle = handle;
    this.#length = length;
    this.#fsync = fsync;
  }

  /**
   * Opens or makes the file (mode 0600) and cuts off a last line without end, which a crash leaves behind.
   *
   * @param fsync Whether append() resolves only once the disk has the lines.
   */
  static async open(path: string, fsync: boolean): Promise<{ readonly file: LineFile; readonly cutBytes: number }> {
    const handle = await open(path, "a+", 0o600);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new Error("it is not a regular file");
      const { size } = stat;
      const length = await lengthOfWholeLines(handle, size);
      if (length < size) await handle.truncate(length);
      if (fsync) await syncFolder(path);
      return { file: new LineFile(handle, length, fsync), cutBytes: size - length };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Bytes of whole lines that it holds. */
  get length(): number {
    return this.#length;
  }

  /** Appends lines, all of them or none: what a failed write left behind is cut off before the next one. */
  async append(lines: readonly Uint8Array[]): Promise<void> {
    const buffers: Uint8Array[] = [];
    for (const line of lines) buffers.push(line, NEWLINE_BYTES);
    const bytes = Buffer.concat(buffers);
    if (this.#torn) await this.#cut();
    this.#torn = true;
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, written);
      written += bytesWritten;
    }
    if (this.#fsync) await this.#handle.datasync();
    this.#torn = false;
    this.#length += bytes.length;
  }

  /** Whether `path` still leads to this file: false once it was moved away, deleted or replaced. */
  async isAt(path: string): Promise<boolean> {
    const own = await this.#handle.stat({ bigint: true });
    try {
      const there = await stat(path, { bigint: true });
      return there.ino === own.ino && there.dev === own.dev;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#torn) await this.#cut();
    } finally {
      await this.#handle.close();
    }
  }

  async #cut(): Promise<void> {
    await this.#handle.truncate(this.#length);
    this.#torn = false;
  }
}

const NEWLINE_BYTES = Buffer.from([NEWLINE]);

/** Offset behind the last newline, read from the end. */
async function lengthOfWholeLines(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const index = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (index !== -1) return start + index + 1;
    end = start;
  }
  return 0;
}

/** True for the error of `node:fs` that says that there is no such file. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/**
 * Syncs the folder that holds `path`: without this a new file itself may be gone after a power cut. Never fails, because
 * not every file system lets a folder be synced.
 */
export async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(dirname(resolve(path)), "r");
    await folder.sync();
  } catch {
    return;
  } finally {
    await folder?.close();
  }
}
