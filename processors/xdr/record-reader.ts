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

/** Names of fields in their order, and where among them those with a number are. */
export class RecordShape {
  readonly names: readonly string[];
  /** By field number; -1 where there is no such name. */
  #places = new Int16Array(0);

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** The place of a field among the names; -1 when these records do not have it. */
  placeOf(field: number): number {
    return this.#places[field] ?? this.#look(field);
  }

  /** Numbers are given out for as long as plans are compiled. */
  #look(field: number): number {
    const places = new Int16Array(numbers.size).fill(-1);
    for (const [place, name] of this.names.entries()) {
      const number = numbers.get(name);
      if (number !== undefined) places[number] = place;
    }
    this.#places = places;
    return places[field] ?? -1;
  }
}

/** Reads one object after the other, each in one go and in its own order: looking up fifty names in an object costs more. */
export class RecordReader<V = JsonValue> {
  readonly #tree = new ShapeTree<RecordShape>(NAME_LIMIT);
  readonly #values: (V | undefined)[] = [];
  #shape: RecordShape = new RecordShape([]);

  /** True when it has seen so many shapes that it should be replaced. */
  get full(): boolean {
    return this.#tree.full;
  }

  /** The shape of what was read last. */
  get shape(): RecordShape {
    return this.#shape;
  }

  /** A member without a value counts as absent. */
  read(record: Readonly<Record<string, V | undefined>>): void {
    const values = this.#values;
    let at: Shape<RecordShape> = this.#tree.root;
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      values[at.length] = value;
      at = at.lastName === name ? at.last : this.#tree.step(at, name);
    }
    at.facts ??= new RecordShape(namesOf(at));
    this.#shape = at.facts;
  }

  /** The value of a field; undefined when the record does not have it. */
  at(field: number): V | undefined {
    const place = this.#shape.placeOf(field);
    return place < 0 ? undefined : this.#values[place];
  }

  /** The value at a place of the shape. */
  value(place: number): V | undefined {
    return this.#values[place];
  }

  /** Lets go of what was read. */
  release(): void {
    this.#values.fill(undefined, 0, this.#shape.names.length);
  }
}

/** A reader that has read one record. */
export function readerOf(record: JsonObject): RecordReader {
  const reader = new RecordReader();
  reader.read(record);
  return reader;
}
