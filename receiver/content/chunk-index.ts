/** Limits of one chunk of a blob. A record larger than `maxBytes` is a chunk of its own. */
export interface ChunkLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** A run of whole records: bytes `[start, end)` of the blob. */
export interface ChunkBounds {
  readonly start: number;
  readonly end: number;
  /** Index of its first record in the blob. */
  readonly firstIndex: number;
  readonly records: number;
  /** Start and end of each record in turn, counted from `start`. Undefined: find them by cutting again. */
  readonly offsets: readonly number[] | undefined;
}

/** Offsets are kept for so many records: all of a usual blob, and at most a megabyte when a large one holds tiny records. */
const REMEMBERED_RECORDS = 65_536;

/** Where the chunks of a blob begin and end: a few numbers for each chunk, and for each record while they are few. */
export class ChunkIndex {
  readonly #limits: ChunkLimits;
  readonly #closed: ChunkBounds[] = [];
  #records = 0;
  #start = 0;
  #end = 0;
  #inChunk = 0;
  #offsets: number[] = [];

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
  }

  /** Number of records added. */
  get records(): number {
    return this.#records;
  }

  /** Adds the next record: bytes `[start, end)` of the blob. */
  add(start: number, end: number): void {
    const { maxRecords, maxBytes } = this.#limits;
    if (this.#inChunk > 0 && (this.#inChunk >= maxRecords || end - this.#start > maxBytes)) this.#close();
    if (this.#inChunk === 0) this.#start = start;
    this.#end = end;
    if (this.#records < REMEMBERED_RECORDS) this.#offsets.push(start - this.#start, end - this.#start);
    this.#inChunk += 1;
    this.#records += 1;
  }

  /** Adds the last record as a chunk of its own: a rest that cannot be found again by cutting. */
  addAlone(start: number, end: number): void {
    if (this.#inChunk > 0) this.#close();
    this.add(start, end);
  }

  /** Ends the last chunk. Returns all of them, in order. */
  finish(): readonly ChunkBounds[] {
    if (this.#inChunk > 0) this.#close();
    return this.#closed;
  }

  #close(): void {
    const firstIndex = this.#records - this.#inChunk;
    const offsets = this.#records <= REMEMBERED_RECORDS ? this.#offsets : undefined;
    this.#closed.push({ start: this.#start, end: this.#end, firstIndex, records: this.#inChunk, offsets });
    this.#inChunk = 0;
    this.#offsets = [];
  }
}
