import { freeBytes } from "../free-bytes.ts";

/** Of all slots, so many may be taken: with more, look-ups of what is not there walk far. */
const MAX_LOAD = 0.75;
/** Little by little, because what is free is memory as well: a table that doubles is half empty afterwards. */
const GROWTH = 1.25;
/** Tables by the first bits of a key: one that grows is there twice meanwhile, and the others are not. */
const TABLE_BITS = 4;
const MIN_SLOTS = 64;

/**
 * Where in the ledger a key may be: 32 bits of each key, which say no almost always, and the page that holds the rest of
 * it. Open addressing, 8 bytes a slot: 11 to 14 bytes for each key.
 */
export class SeenIndex {
  readonly #tables: readonly Table[] = Array.from({ length: 2 ** TABLE_BITS }, () => new Table());

  /** Number of keys. */
  get size(): number {
    return this.#tables.reduce((sum, table) => sum + table.size, 0);
  }

  /** Bytes in memory. */
  get memoryBytes(): number {
    return this.#tables.reduce((sum, table) => sum + table.memoryBytes, 0);
  }

  /** @param page From 1 to 2^32 - 1. */
  add(fingerprint: number, page: number): void {
    this.#tableOf(fingerprint)?.add(fingerprint, page);
  }

  /** True when `holds` is, for one of the pages that a key with this fingerprint was added to. */
  some(fingerprint: number, holds: (page: number) => boolean): boolean {
    return this.#tableOf(fingerprint)?.some(fingerprint, holds) === true;
  }

  /** Gives its memory back at once. It is of no use afterwards. */
  free(): void {
    for (const table of this.#tables) table.free();
  }

  #tableOf(fingerprint: number): Table | undefined {
    return this.#tables[fingerprint >>> (32 - TABLE_BITS)];
  }
}

class Table {
  #fingerprints = new Uint32Array(MIN_SLOTS);
  /** Page of each slot; 0 is an empty slot. */
  #pages = new Uint32Array(MIN_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get memoryBytes(): number {
    return this.#fingerprints.byteLength + this.#pages.byteLength;
  }

  add(fingerprint: number, page: number): void {
    if (this.#size >= this.#pages.length * MAX_LOAD) this.#grow();
    this.#put(fingerprint, page);
    this.#size += 1;
  }

  some(fingerprint: number, holds: (page: number) => boolean): boolean {
    const fingerprints = this.#fingerprints;
    const pages = this.#pages;
    for (let slot = fingerprint % pages.length; ; slot = next(slot, pages.length)) {
      const page = pages[slot] ?? 0;
      if (page === 0) return false;
      if (fingerprints[slot] === fingerprint && holds(page)) return true;
    }
  }

  #put(fingerprint: number, page: number): void {
    const { length } = this.#pages;
    let slot = fingerprint % length;
    while (this.#pages[slot] !== 0) slot = next(slot, length);
    this.#fingerprints[slot] = fingerprint;
    this.#pages[slot] = page;
  }

  #grow(): void {
    const fingerprints = this.#fingerprints;
    const pages = this.#pages;
    // Odd, so that regular keys do not all fall into every second slot.
    const slots = Math.ceil(pages.length * GROWTH) | 1;
    this.#fingerprints = new Uint32Array(slots);
    this.#pages = new Uint32Array(slots);
    for (let slot = 0; slot < pages.length; slot += 1) {
      const page = pages[slot] ?? 0;
      if (page !== 0) this.#put(fingerprints[slot] ?? 0, page);
    }
    freeBytes(fingerprints);
    freeBytes(pages);
  }

  free(): void {
    freeBytes(this.#fingerprints);
    freeBytes(this.#pages);
  }
}

function next(slot: number, slots: number): number {
  return slot + 1 === slots ? 0 : slot + 1;
}
