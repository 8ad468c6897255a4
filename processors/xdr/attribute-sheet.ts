import type { Attributes } from "@opentelemetry/api";
import { objectOf } from "./object-of.ts";

/** Stands in the place of an attribute that is ruled out: it counts as set, but will not be there. */
export const CLOSED: unique symbol = Symbol("closed");

/**
 * Collects the attributes of one record, then makes the object. While collecting, each has a place in an array, so that "is
 * it set?" is an array read. One sheet serves all records, one after the other.
 */
export class AttributeSheet {
  readonly #values: unknown[] = [];

  /** Starts the next record, which has at most `count` attributes. */
  start(count: number): void {
    this.#values.fill(undefined);
    while (this.#values.length < count) this.#values.push(undefined);
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

  /** Rules an attribute out for this record. */
  close(place: number): void {
    this.#values[place] = CLOSED;
  }

  /** The attributes collected so far, as an object of their own. */
  build(names: readonly string[]): Attributes {
    return attributesOf(names, this.#values);
  }
}

/** An object of the attributes that have a value. */
export function attributesOf(names: readonly string[], values: readonly unknown[]): Attributes {
  const set: string[] = [];
  const found: unknown[] = [];
  for (const [place, name] of names.entries()) {
    const value = values[place];
    if (value === undefined || value === CLOSED) continue;
    set.push(name);
    found.push(value);
  }
  return objectOf(set, found) ?? Object.fromEntries(set.map((name, index) => [name, found[index]]));
}
