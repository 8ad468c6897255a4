import { type FileHandle, open } from "node:fs/promises";
import type { AuditLogRecord } from "../../../collector/record.ts";
import { CollectorError, describeError, ErrorCode } from "../../../collector/errors.ts";
import type { FetchedContent } from "../../collection/fetched-content.ts";
import type { RecordFactory } from "../../records/record-factory.ts";
import type { Piece } from "./imported-file.ts";

/** Before each text: its length, and whether it was sound UTF-8. */
const HEADER_BYTES = 5;
const SOUND = 0;
const DAMAGED = 1;
/** What one consume() call carries at most, unless one record is larger. */
const PIECE_RECORDS = 1000;
const PIECE_BYTES = 256 * 1024;

/** Writes texts one after the other, and says where they can be cut. Errors are those of `node:fs`. */
export class RecordsWriter {
  readonly #handle: FileHandle;
  readonly #pieces: Piece[] = [];
  #buffers: Buffer[] = [];
  #bytes = 0;
  #records = 0;
  #start = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Makes the file (mode 0600), or begins it anew. */
  static async create(path: string): Promise<RecordsWriter> {
    return new RecordsWriter(await open(path, "w", 0o600));
  }

  async add(text: Buffer, isDamaged: boolean): Promise<void> {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(text.length);
    header[HEADER_BYTES - 1] = isDamaged ? DAMAGED : SOUND;
    this.#buffers.push(header, text);
    this.#bytes += header.length + text.length;
    this.#records += 1;
    if (this.#records >= PIECE_RECORDS || this.#bytes >= PIECE_BYTES) await this.#flush();
  }

  /** Resolves once the disk has everything. */
  async end(): Promise<readonly Piece[]> {
    await this.#flush();
    await this.#handle.datasync();
    return this.#pieces;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    if (this.#records === 0) return;
    await this.#handle.appendFile(Buffer.concat(this.#buffers));
    const end = this.#start + this.#bytes;
    this.#pieces.push([this.#start, end, this.#records]);
    this.#start = end;
    this.#buffers = [];
    this.#bytes = 0;
    this.#records = 0;
  }
}

/**
 * Reads one piece and makes records of it, each with what is told of it by its own text.
 *
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the file cannot be read.
 */
export async function readPiece(
  path: string,
  [start, end, records]: Piece,
  factory: RecordFactory,
): Promise<FetchedContent> {
  const bytes = Buffer.allocUnsafe(end - start);
  try {
    await using handle = await open(path, "r");
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw new Error(`it ends before byte ${end}`);
  } catch (error) {
    throw new CollectorError(
      ErrorCode.storage,
      `Cannot read "${path}", which holds records of an export: ${describeError(error)}; check the disk, or begin the replay anew with --again`,
      { cause: error },
    );
  }
  const { texts, damaged } = cut(bytes);
  const made: readonly AuditLogRecord[] = factory.records(texts, undefined, damaged);
  return {
    bytes: bytes.length,
    memoryBytes: bytes.length,
    records,
    chunk: (index) => Promise.resolve(index === 0 ? made : undefined),
    dispose: () => Promise.resolve(),
  };
}

function cut(bytes: Buffer): { readonly texts: readonly string[]; readonly damaged: ReadonlySet<number> } {
  const texts: string[] = [];
  const damaged = new Set<number>();
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    if (bytes[at + HEADER_BYTES - 1] === DAMAGED) damaged.add(texts.length);
    at += HEADER_BYTES + length;
    texts.push(bytes.toString("utf8", at - length, at));
  }
  return { texts, damaged };
}
