import type { Attributes } from "@opentelemetry/api";
import { ObjectPattern } from "./object-maker.ts";

/** Stands in the place of an attribute that is ruled out. */
const CLOSED = Symbol("closed");
/** Sets of names, all records of a tenant together. */
const PATTERN_LIMIT = 4096;

/** The attributes that records of one shape can have. */
export class AttributeNames {
  readonly names: readonly string[];
  /** Which of them records have had, by a hash of their places. */
  readonly patterns: Map<number, ObjectPattern> = new Map();

  constructor(names: readonly string[]) {
    this.names = names;
  }
}

/**
 * Collects the attributes of one record, then makes the object. While collecting, each has a place in an array, so that "is
 * it set?" is an array read. One sheet serves all records, one after the other.
 */
export class AttributeSheet {
  readonly #values: unknown[] = [];
  #names = new AttributeNames([]);
  #patterns = 0;

  /** True when records have had so many sets of names that everything that holds some should be replaced. */
  get full(): boolean {
    return this.#patterns > PATTERN_LIMIT;
  }

  /** Starts the next record. */
  start(names: AttributeNames): void {
    this.#names = names;
    const values = this.#values;
    values.fill(undefined);
    while (values.length < names.names.length) values.push(undefined);
  }

  has(place: number): boolean {
    return this.#values[place] !== undefined;
  }

  get(place: number): unknown {
    const value = this.#values[place];
    return value === CLOSED ? undefined : value;
  }

  /** Sets an attribute that has no value yet. */
  set(place: number, value: unknown): void {
    this.#values[place] = value;
  }

  /** Rules an attribute out for this record: it counts as set, but will not be there. */
  close(place: number): void {
    this.#values[place] = CLOSED;
  }

  /** The attributes collected so far, as an object of their own. */
  build(): Attributes {
    const values = this.#values;
    const count = this.#names.names.length;
    let hash = 1;
    let set = 0;
    for (let place = 0; place < count; place += 1) {
      const value = values[place];
      if (value === undefined || value === CLOSED) continue;
      hash = (Math.imul(hash, 31) + place) | 0;
      set += 1;
    }
    const known = this.#names.patterns.get(hash);
    const pattern = known !== undefined && this.#fits(known.places, set) ? known : this.#remember(hash);
    const attributes = pattern.make(values);
    values.fill(undefined, 0, count);
    return attributes;
  }

  #fits(places: readonly number[], set: number): boolean {
    if (places.length !== set) return false;
    for (let i = 0; i < set; i += 1) if (this.get(places[i] ?? 0) === undefined) return false;
    return true;
  }

  #remember(hash: number): ObjectPattern {
    const { names, patterns } = this.#names;
    const places = names.flatMap((_, place) => (this.get(place) === undefined ? [] : [place]));
    const pattern = new ObjectPattern(
      places.map((place) => names[place] ?? ""),
      places,
    );
    patterns.set(hash, pattern);
    this.#patterns += 1;
    return pattern;
  }
}
