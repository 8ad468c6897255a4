import { createHash } from "node:crypto";

/**
 * A seeded source of randomness: equal parts give equal sequences, on every machine.
 *
 * @see https://pracrand.sourceforge.net (sfc32, the generator used)
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(...parts: readonly (string | number)[]) {
    const digest = createHash("sha256").update(parts.join("\u0000")).digest();
    this.#a = digest.readUInt32LE(0);
    this.#b = digest.readUInt32LE(4);
    this.#c = digest.readUInt32LE(8);
    this.#counter = digest.readUInt32LE(12) | 1;
  }

  #bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    return this.#bits() / 2 ** 32;
  }

  /** An integer, at least 0, below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws {RangeError} If there is nothing to pick from. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("Cannot pick: there is nothing to pick from");
    return value;
  }

  /** `length` hexadecimal digits. */
  hex(length: number): string {
    let text = "";
    while (text.length < length) text += this.#bits().toString(16).padStart(8, "0");
    return text.slice(0, length);
  }

  /** A GUID of version 4. */
  guid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
