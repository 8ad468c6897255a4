import { bytes, integer, type Database } from "./database.ts";
import { SeenIndex } from "./seen-index.ts";
import type { SeenSpan } from "./storage.ts";

/** Bytes of one record key. */
export const RECORD_KEY_BYTES = 16;
/** Days that keys are kept: the service has repeated records five days later, and lists seven days back. */
const KEPT_DAYS = 7;
const DAY_MS = 86_400_000;
/**
 * Keys in one row: with its header such a row fills one page of 4096 bytes of the file, and one more key would make it
 * two. Rows are filled in the order of acknowledgement, so that settling a blob writes one page or two.
 */
const KEYS_PER_ROW = 252;
/** Past the ceiling this share of it is forgotten at once, because the index must be read anew afterwards. */
const FORGOTTEN_SHARE = 1 / 8;
const ROWS_PER_READ = 256;

const NEXT_ROWS = `SELECT id, day, keys FROM seen WHERE branch = ? AND (day, id) > (?, ?) ORDER BY day, id LIMIT ${ROWS_PER_READ}`;
const KEYS = "SELECT keys FROM seen WHERE id = ?";
const INSERT = "INSERT INTO seen (branch, day, keys) VALUES (?, ?, ?) RETURNING id";
const UPDATE = "UPDATE seen SET keys = ? WHERE id = ?";
const FORGET_DAYS = "DELETE FROM seen WHERE branch = ? AND (day < ? OR day > ?)";
const FORGET_ROWS = "DELETE FROM seen WHERE id IN (SELECT id FROM seen WHERE branch = ? ORDER BY day, id LIMIT ?)";
const FIRST_DAY = "SELECT min(day) AS day FROM seen WHERE branch = ?";

/** The row that is being filled. */
interface OpenRow {
  readonly id: number;
  readonly day: number;
  readonly keys: Buffer;
}

/**
 * Keys of the records that one branch has acknowledged. The keys are in the file; memory holds where to look. Every write
 * belongs inside a transaction; when that fails, throw this object away and make a new one.
 */
export class SeenTable {
  readonly #database: Database;
  readonly #branch: number;
  #index = new SeenIndex();
  #open: OpenRow | undefined;
  /** The row read last: repeats come together. */
  #lastRead: { readonly id: number; readonly keys: Buffer } | undefined;

  /** Reads all keys of the branch once. */
  constructor(database: Database, branch: number) {
    this.#database = database;
    this.#branch = branch;
    this.#load();
  }

  /** @param keys Packed, {@link RECORD_KEY_BYTES} each. Returns a byte for each of them: 1 when it is known, else 0. */
  find(keys: Buffer): Uint8Array {
    const found = new Uint8Array(keyCount(keys));
    for (let at = 0; at < keys.length; at += RECORD_KEY_BYTES) {
      const holds = (row: number): boolean => includesKey(this.#keysOf(row), keys, at);
      if (this.#index.some(keys.readUInt32LE(at), holds)) found[at / RECORD_KEY_BYTES] = 1;
    }
    return found;
  }

  /** Adds those keys that are not known. At `maxKeys` the oldest go first. */
  add(given: Buffer, atMs: number, maxKeys: number): void {
    const keys = this.#unknown(given);
    const day = Math.floor(atMs / DAY_MS);
    const tooMany = this.#index.size + keyCount(keys) - maxKeys;
    if (tooMany > 0) this.#forgetOldest(tooMany + maxKeys * FORGOTTEN_SHARE);
    for (let from = 0; from < keys.length;) {
      const row = this.#rowFor(day);
      const room = KEYS_PER_ROW * RECORD_KEY_BYTES - row.keys.length;
      const part = keys.subarray(from, from + room);
      this.#write(row.id, day, Buffer.concat([row.keys, part]), row.keys.length);
      from += part.length;
    }
  }

  span(): SeenSpan {
    const row = this.#database.get(FIRST_DAY, this.#branch);
    const day = row === undefined || row["day"] === null ? undefined : integer(row, "day");
    return { records: this.#index.size, fromMs: day === undefined ? undefined : day * DAY_MS };
  }

  #load(): void {
    this.#index.free();
    this.#index = new SeenIndex();
    this.#open = undefined;
    this.#lastRead = undefined;
    let last = { id: 0, day: 0 };
    for (;;) {
      const rows = this.#database.all(NEXT_ROWS, this.#branch, last.day, last.id);
      for (const row of rows) {
        const keys = bytes(row, "keys");
        last = { id: integer(row, "id"), day: integer(row, "day") };
        for (let at = 0; at < keys.length; at += RECORD_KEY_BYTES) this.#index.add(keys.readUInt32LE(at), last.id);
        this.#open = { ...last, keys };
      }
      if (rows.length < ROWS_PER_READ) return;
    }
  }

  #unknown(keys: Buffer): Buffer {
    const found = this.find(keys);
    if (!found.includes(1)) return keys;
    const parts: Buffer[] = [];
    for (const [index, known] of found.entries()) {
      if (known === 0) parts.push(keys.subarray(index * RECORD_KEY_BYTES, (index + 1) * RECORD_KEY_BYTES));
    }
    return Buffer.concat(parts);
  }

  #rowFor(day: number): { readonly id: number | undefined; readonly keys: Buffer } {
    const open = this.#open;
    const usable = open?.day === day && open.keys.length < KEYS_PER_ROW * RECORD_KEY_BYTES;
    return usable ? open : { id: undefined, keys: Buffer.alloc(0) };
  }

  #write(known: number | undefined, day: number, keys: Buffer, from: number): void {
    let id = known;
    if (id === undefined) {
      const row = this.#database.get(INSERT, this.#branch, day, keys);
      if (row === undefined) throw new RangeError("Cannot find the keys of seen records after storing them");
      id = integer(row, "id");
    } else {
      this.#database.run(UPDATE, keys, id);
    }
    this.#open = { id, day, keys };
    if (this.#lastRead?.id === id) this.#lastRead = undefined;
    for (let at = from; at < keys.length; at += RECORD_KEY_BYTES) this.#index.add(keys.readUInt32LE(at), id);
  }

  #forgetOldest(keys: number): void {
    this.#database.run(FORGET_ROWS, this.#branch, Math.ceil(keys / KEYS_PER_ROW));
    this.#load();
  }

  #keysOf(id: number): Buffer {
    if (this.#open?.id === id) return this.#open.keys;
    if (this.#lastRead?.id !== id) {
      const row = this.#database.get(KEYS, id);
      this.#lastRead = { id, keys: row === undefined ? Buffer.alloc(0) : bytes(row, "keys") };
    }
    return this.#lastRead.keys;
  }
}

/** Forgets days that are over, and days that a clock which was ahead has made up. Returns whether there were any: a table made before is of no use then. */
export function forgetSeenDays(database: Database, branch: number, nowMs: number): boolean {
  const today = Math.floor(nowMs / DAY_MS);
  return database.run(FORGET_DAYS, branch, today - KEPT_DAYS, today + 1) > 0;
}

function keyCount(keys: Buffer): number {
  if (keys.length % RECORD_KEY_BYTES !== 0) {
    throw new RangeError(`Cannot read record keys: ${keys.length} bytes are no multiple of ${RECORD_KEY_BYTES}`);
  }
  return keys.length / RECORD_KEY_BYTES;
}

function includesKey(keys: Buffer, wanted: Buffer, from: number): boolean {
  const key = wanted.subarray(from, from + RECORD_KEY_BYTES);
  let at = keys.indexOf(key);
  // A match across two keys is none.
  while (at >= 0 && at % RECORD_KEY_BYTES !== 0) at = keys.indexOf(key, at + 1);
  return at >= 0;
}
