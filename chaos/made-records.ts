import { createHash } from "node:crypto";
import type { Loss } from "./api-storm.ts";

/** What is special about a record. */
export interface RecordFate {
  /** The service gives its blobs up. */
  readonly loss?: Loss | undefined;
  /** Backends refuse it for good. */
  readonly isRefused?: boolean;
}

const USUAL: RecordFate = {};

/**
 * Every record that was made, known by a hash of its text: whoever finds one here has received it byte for byte. Of each
 * record 16 bytes in base64 are kept, not the text.
 */
export class MadeRecords {
  readonly #index = new Map<string, number>();
  readonly #fates = new Map<number, RecordFate>();

  get size(): number {
    return this.#index.size;
  }

  /** @throws {RangeError} If there is such a text already: two records could not be told apart. */
  add(text: string, fate: RecordFate = USUAL): number {
    const index = this.#index.size;
    const key = keyOf(text);
    if (this.#index.has(key)) throw new RangeError(`Cannot make a record twice: ${text.slice(0, 80)}`);
    this.#index.set(key, index);
    if (fate !== USUAL) this.#fates.set(index, fate);
    return index;
  }

  /** The number of a record; undefined when no record has exactly this text. */
  find(text: string): number | undefined {
    return this.#index.get(keyOf(text));
  }

  fate(index: number): RecordFate {
    return this.#fates.get(index) ?? USUAL;
  }
}

function keyOf(text: string): string {
  return createHash("sha256").update(text).digest("base64").slice(0, 22);
}
