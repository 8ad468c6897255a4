/** Of all slots, so many may be taken: with more, look-ups of what is not there walk far. */
const MAX_LOAD = 0.75;
const MIN_SLOTS = 1024;

/**
 * Where in the ledger a key may be: 32 bits of each key, which say no almost always, and the page that holds the rest of
 * it. Open addressing, 8 bytes a slot: 11 to 21 bytes for each key.
 */
export class SeenIndex {
  #fingerprints = new Uint32Array(MIN_SLOTS);
  /** Page of each slot; 0 is an empty slot. */
  #pages = new Uint32Array(MIN_SLOTS);
  #size = 0;

  /** Number of keys. */
  get size(): number {
    return this.#size;
  }

  /** Bytes in memory. */
  get memoryBytes(): number {
    return this.#fingerprints.byteLength + this.#pages.byteLength;
  }

  /** @param page From 1 to 2^32 - 1. */
  add(fingerprint: number, page: number): void {
    if (this.#size >= this.#pages.length * MAX_LOAD) this.#grow();
    this.#put(fingerprint, page);
    this.#size += 1;
  }

  /** True when `holds` is, for one of the pages that a key with this fingerprint was added to. */
  some(fingerprint: number, holds: (page: number) => boolean): boolean {
    const fingerprints = this.#fingerprints;
    const pages = this.#pages;
    const mask = pages.length - 1;
    for (let slot = fingerprint & mask; ; slot = (slot + 1) & mask) {
      const page = pages[slot] ?? 0;
      if (page === 0) return false;
      if (fingerprints[slot] === fingerprint && holds(page)) return true;
    }
  }

  #put(fingerprint: number, page: number): void {
    const mask = this.#pages.length - 1;
    let slot = fingerprint & mask;
    while (this.#pages[slot] !== 0) slot = (slot + 1) & mask;
    this.#fingerprints[slot] = fingerprint;
    this.#pages[slot] = page;
  }

  #grow(): void {
    const fingerprints = this.#fingerprints;
    const pages = this.#pages;
    this.#fingerprints = new Uint32Array(pages.length * 2);
    this.#pages = new Uint32Array(pages.length * 2);
    for (let slot = 0; slot < pages.length; slot += 1) {
      const page = pages[slot] ?? 0;
      if (page !== 0) this.#put(fingerprints[slot] ?? 0, page);
    }
  }
}
