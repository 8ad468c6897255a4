import { randomUUID } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { freeBytes } from "../../collector/free-bytes.ts";

/** Holds the bytes of a blob: in memory while they are few, else in a file (mode 0600) of the spool directory. */
export class BlobStore {
  readonly #thresholdBytes: number;
  readonly #path: string;
  /** What came, until seal(); then all of it as one, unless it is in the file. */
  #chunks: Buffer[] = [];
  #sealed = false;
  #disposed = false;
  #file: FileHandle | undefined;
  #bytes = 0;

  constructor(spoolDirectory: string, thresholdBytes: number) {
    this.#thresholdBytes = thresholdBytes;
    this.#path = join(spoolDirectory, `blob-${randomUUID()}.json`);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get spooled(): boolean {
    return this.#file !== undefined;
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the file cannot be written. */
  async append(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes <= this.#thresholdBytes) return;
    const chunks = this.#chunks;
    this.#chunks = [];
    try {
      this.#file ??= await open(this.#path, "wx+", 0o600);
      for (const part of chunks) await this.#file.appendFile(part);
    } catch (error) {
      throw this.#failure("write", error);
    }
  }

  /** Call once after the last append(). */
  seal(): void {
    if (this.#file === undefined) this.#chunks = [Buffer.concat(this.#chunks, this.#bytes)];
    this.#sealed = true;
  }

  /**
   * Bytes `[start, end)`. Those held in memory are not copied: the caller must not change them.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when the file cannot be read.
   */
  async read(start: number, end: number): Promise<Buffer> {
    if (this.#disposed) throw new TypeError("Cannot read a blob: it was disposed of");
    const [whole] = this.#chunks;
    if (this.#file === undefined) return whole === undefined ? Buffer.alloc(0) : whole.subarray(start, end);
    const buffer = Buffer.allocUnsafe(end - start);
    let filled = 0;
    try {
      while (filled < buffer.length) {
        const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, start + filled);
        if (bytesRead === 0) throw new Error(`the file ends before byte ${end}`);
        filled += bytesRead;
      }
    } catch (error) {
      throw this.#failure("read", error);
    }
    return buffer;
  }

  /** Frees memory and file. What read() gave is empty then. Idempotent; never rejects: the spool directory is emptied at the next start. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const file = this.#file;
    // Before seal() they are views of what the socket reads into.
    if (this.#sealed) for (const chunk of this.#chunks) freeBytes(chunk);
    this.#chunks = [];
    if (file === undefined) return;
    await file.close().catch(ignore);
    await rm(this.#path, { force: true }).catch(ignore);
  }

  #failure(action: string, cause: unknown): CollectorError {
    const seen = cause instanceof Error ? cause.message : String(cause);
    return new CollectorError(
      ErrorCode.storage,
      `Cannot ${action} spool file "${this.#path}": ${seen}; check free space and permissions of the storage directory`,
      { cause },
    );
  }
}

function ignore(): void {}
