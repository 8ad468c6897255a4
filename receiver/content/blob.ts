import { isAscii, isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { CollectorError } from "../../collector/errors.ts";
import { networkFault } from "../../collector/network-fault.ts";
import { isJsonObject } from "../../collector/record.ts";
import { BlobStore } from "./blob-store.ts";
import { ChunkIndex, type ChunkBounds } from "./chunk-index.ts";
import { arrayFault, cannotRead, ContentError, ErrorObjectError } from "./content-error.ts";
import { JsonArrayScanner, type ArrayFault, type ElementSink } from "./json-array.ts";

/** A chunk is what one consume() call carries and what is decoded at once: about a megabyte becomes four as records. */
const CHUNK_BYTES = 1024 * 1024;
const CHUNK_RECORDS = 1000;
/** Error objects are small; a larger object is none. */
const MAX_ERROR_OBJECT_BYTES = 64 * 1024;
/** Nothing larger is passed on as one record: real ones have kilobytes, and a text of half a gigabyte is none in JavaScript. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

export interface FetchBlobOptions {
  /** Of the blob, for messages: its content id. */
  readonly name: string;
  /** Folder for blobs above the threshold. */
  readonly spoolDirectory: string;
  /** Default: `chunkBytes`, so that memory follows the chunk and not the blob. */
  readonly spoolThresholdBytes?: number;
  /** Bytes that the body must have: `Content-Length` of an answer without content encoding. Undefined: the end of the stream decides. */
  readonly contentLength?: number | undefined;
  /** Default: 1,000 records and 1 MiB, whichever comes first. */
  readonly chunkRecords?: number;
  readonly chunkBytes?: number | undefined;
  /** Take a body that arrived whole but is not a whole array as it is: its unsplittable rest becomes the last record. Ask for it once several attempts brought the same. */
  readonly acceptMalformed?: boolean;
  /** Take what came of a body that did not arrive whole as if that were all of it. Ask for it once the rest cannot come any more. */
  readonly acceptCut?: boolean;
  /** Called with the number of bytes of every piece that arrives. */
  readonly onBytes?: (count: number) => void;
  readonly signal: AbortSignal;
}

/** Some records of a blob, in order. */
export interface BlobChunk {
  /** Index of the first of them in the blob. */
  readonly firstIndex: number;
  /** JSON texts exactly as sent, without the white space around them. */
  readonly texts: readonly string[];
  /** Indexes into `texts` of records that were not valid UTF-8 and have replacement characters instead. */
  readonly damaged: ReadonlySet<number>;
}

/** A blob that arrived whole. Several consumers may read it, each at its own pace; nothing of a chunk is kept. */
export interface ContentBlob {
  readonly bytes: number;
  /** Bytes that it occupies in memory: all of them, or one chunk of a spooled blob. */
  readonly memoryBytes: number;
  readonly records: number;
  readonly chunks: number;
  /**
   * Chunk number `index`, from 0; undefined past the last.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when the spool file cannot be read.
   */
  chunk(index: number): Promise<BlobChunk | undefined>;
  /** Frees memory and file. Idempotent, never rejects. */
  dispose(): Promise<void>;
}

/**
 * Reads the decompressed body of a content blob to its end and verifies that it is one whole JSON array, before anybody
 * sees a record. Destroys the stream and leaves no file behind when it throws.
 *
 * @throws {ContentError} When the body was cut, is empty, or is not a whole array.
 * @throws {ErrorObjectError} When the body is an error object of the API.
 * @throws {CollectorError} `OTEL_O365_STORAGE` when the spool file cannot be written.
 * @throws The reason of `signal` when that aborts.
 */
export async function fetchBlob(stream: Readable, options: FetchBlobOptions): Promise<ContentBlob> {
  const maxBytes = options.chunkBytes ?? CHUNK_BYTES;
  const { spoolDirectory, spoolThresholdBytes = maxBytes } = options;
  const index = new ChunkIndex({ maxRecords: options.chunkRecords ?? CHUNK_RECORDS, maxBytes });
  let largest = 0;
  const scanner = new JsonArrayScanner((start, end) => {
    index.add(start, end);
    if (end - start > largest) largest = end - start;
  });
  const store = new BlobStore(spoolDirectory, spoolThresholdBytes);
  try {
    await receive(stream, store, scanner, options);
    store.seal();
    if (scanner.fault !== undefined)
      largest = Math.max(largest, await settleFault(store, scanner, index, scanner.fault, options));
    if (largest > MAX_RECORD_BYTES) throw tooLarge(options.name, store.bytes, largest);
    return new StoredBlob(store, index, maxBytes);
  } catch (error) {
    await store.dispose();
    throw error;
  }
}

async function receive(
  stream: Readable,
  store: BlobStore,
  scanner: JsonArrayScanner,
  { name, contentLength, acceptCut = false, onBytes, signal }: FetchBlobOptions,
): Promise<void> {
  const abort = (): void => void stream.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) abort();
    for await (const chunk of stream) {
      const bytes = asBuffer(chunk);
      onBytes?.(bytes.length);
      scanner.push(bytes);
      await store.append(bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CollectorError) throw error;
    if (acceptCut) return;
    const message = cannotRead(name, `the body broke off after ${store.bytes} bytes (${networkFault(error).detail})`);
    throw new ContentError("cut", store.bytes, message, { cause: error });
  } finally {
    signal.removeEventListener("abort", abort);
  }
  signal.throwIfAborted();
  if (contentLength !== undefined && store.bytes !== contentLength && !acceptCut) {
    const message = cannotRead(name, `${store.bytes} of ${contentLength} announced bytes arrived`);
    throw new ContentError("cut", store.bytes, message);
  }
}

/** Throws what is wrong, or adds the rest of the body as a record of its own when that is wanted. Returns the size of the rest. */
async function settleFault(
  store: BlobStore,
  scanner: JsonArrayScanner,
  index: ChunkIndex,
  fault: ArrayFault,
  { name, acceptMalformed = false }: FetchBlobOptions,
): Promise<number> {
  const start = scanner.remainderStart;
  if (fault === "not_an_array") await throwErrorObject(store);
  const object = fault === "not_an_array" && (await store.read(start, start + 1)).toString("latin1") === "{";
  if (!acceptMalformed || fault === "empty" || (fault === "not_an_array" && !object)) {
    throw arrayFault(fault, name, store.bytes, start);
  }
  if (start < store.bytes) index.addAlone(start, store.bytes);
  return store.bytes - start;
}

function tooLarge(name: string, bytes: number, largest: number): ContentError {
  const seen = `${largest} bytes in a row cannot be cut into records, more than the ${MAX_RECORD_BYTES} of the largest record`;
  return new ContentError("too_large", bytes, cannotRead(name, seen));
}

async function throwErrorObject(store: BlobStore): Promise<void> {
  if (store.bytes > MAX_ERROR_OBJECT_BYTES) return;
  const body = (await store.read(0, store.bytes)).toString("utf8").replace(/^\uFEFF/, "");
  const value = tryParse(body);
  if (!isJsonObject(value) || "CreationTime" in value) return;
  // The API's own errors, and those of the web server before it.
  if ("error" in value || "Message" in value) throw new ErrorObjectError(body);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

class StoredBlob implements ContentBlob {
  readonly bytes: number;
  readonly memoryBytes: number;
  readonly records: number;
  readonly chunks: number;
  readonly #store: BlobStore;
  readonly #chunks: readonly ChunkBounds[];

  constructor(store: BlobStore, index: ChunkIndex, chunkBytes: number) {
    this.#store = store;
    this.#chunks = index.finish();
    this.bytes = store.bytes;
    this.memoryBytes = store.spooled ? Math.min(chunkBytes, store.bytes) : store.bytes;
    this.records = index.records;
    this.chunks = this.#chunks.length;
  }

  async chunk(index: number): Promise<BlobChunk | undefined> {
    const bounds = this.#chunks[index];
    if (bounds === undefined) return undefined;
    const bytes = await this.#store.read(bounds.start, bounds.end);
    return { firstIndex: bounds.firstIndex, ...cut(bytes, bounds) };
  }

  async dispose(): Promise<void> {
    await this.#store.dispose();
  }
}

const ARRAY_START = Buffer.from("[");
const ARRAY_END = Buffer.from("]");

/** The texts of a run of records. ASCII, which most records are, needs no decoding. */
function cut(bytes: Buffer, bounds: ChunkBounds): Pick<BlobChunk, "texts" | "damaged"> {
  const texts: string[] = [];
  const damaged = new Set<number>();
  const encoding = isAscii(bytes) ? "latin1" : "utf8";
  const isSound = encoding === "latin1" || isUtf8(bytes);
  forEachRecord(bytes, bounds, (start, end) => {
    if (!isSound && !isUtf8(bytes.subarray(start, end))) damaged.add(texts.length);
    texts.push(bytes.toString(encoding, start, end));
  });
  return { texts, damaged };
}

function forEachRecord(bytes: Buffer, { records, offsets }: ChunkBounds, take: ElementSink): void {
  if (records === 1) return take(0, bytes.length);
  if (offsets !== undefined) {
    for (let at = 0; at < offsets.length; at += 2) take(offsets[at] ?? 0, offsets[at + 1] ?? 0);
    return;
  }
  const scanner = new JsonArrayScanner((start, end) => take(start - ARRAY_START.length, end - ARRAY_START.length));
  scanner.push(ARRAY_START);
  scanner.push(bytes);
  scanner.push(ARRAY_END);
}

function asBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk), "utf8");
}
