import type { JsonObject, JsonValue } from "../../collector/record.ts";
import { namesOf, type Shape, ShapeTree } from "./shape-tree.ts";

/** Names of fields, all records of a tenant together. */
const NAME_LIMIT = 16_384;

const numbers = new Map<string, number>();

/** A number for a field that the mapping reads by name. For names of tables and configuration, not for those of records. */
export function fieldNumber(name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

/** What is known about records with the same fields in the same order. */
export class RecordShape<P> {
  readonly names: readonly string[];
  /** What each plan comes to for such records. */
  readonly programs: Map<object, P> = new Map();
  /** By field number: the place of the field among the names, -1 where there is none. */
  #places: readonly number[] = [];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** The place of a field among the names; -1 when these records do not have it. */
  placeOf(field: number): number {
    return this.#places[field] ?? this.#number(field);
  }

  /** Numbers are given out for as long as plans are compiled. */
  #number(field: number): number {
    const places = Array.from(numbers, () => -1);
    for (const [place, name] of this.names.entries()) {
      const number = numbers.get(name);
      if (number !== undefined) places[number] = place;
    }
    this.#places = places;
    return places[field] ?? -1;
  }
}

/** Reads the fields of one record after the other, each in one go: looking up fifty names in an object costs more. */
export class RecordReader<P = unknown> {
  readonly #tree = new ShapeTree<RecordShape<P>>(NAME_LIMIT);
  readonly #values: (JsonValue | undefined)[] = [];
  #shape: RecordShape<P> = new RecordShape([]);

  /** True when it has seen so many shapes that it should be replaced. */
  get full(): boolean {
    return this.#tree.full;
  }

  /** The shape of the record that was read last. */
  get shape(): RecordShape<P> {
    return this.#shape;
  }

  read(record: JsonObject): void {
    const values = this.#values;
    let at: Shape<RecordShape<P>> = this.#tree.root;
    for (const name in record) {
      values[at.length] = record[name];
      at = at.lastName === name ? at.last : this.#tree.step(at, name);
    }
    at.facts ??= new RecordShape(namesOf(at));
    this.#shape = at.facts;
  }

  /** The value of a field; undefined when the record does not have it. */
  at(field: number): JsonValue | undefined {
    const place = this.#shape.placeOf(field);
    return place < 0 ? undefined : this.#values[place];
  }

  /** The value at a place of the shape. */
  value(place: number): JsonValue | undefined {
    return this.#values[place];
  }

  /** Lets go of the record. */
  release(): void {
    this.#values.fill(undefined, 0, this.#shape.names.length);
  }
}

/** A reader that has read one record. */
export function readerOf<P>(record: JsonObject): RecordReader<P> {
  const reader = new RecordReader<P>();
  reader.read(record);
  return reader;
}
