import type { JsonObject, JsonValue } from "../../collector/record.ts";
import { type Branch, ShapeTree } from "./shape-tree.ts";

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
  readonly #facts = new Map<unknown, unknown>();

  constructor(names: readonly string[]) {
    this.names = names;
  }

  /** The place of a field among the names; -1 when these records do not have it. */
  placeOf(field: number): number {
    return this.#places[field] ?? this.#look(field);
  }

  /** What `find` says of the shape; it is asked once. */
  fact<T extends object>(find: (shape: RecordShape) => T): T {
    const known = this.#facts.get(find);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it came from the same function
    if (known !== undefined) return known as T;
    const found = find(this);
    this.#facts.set(find, found);
    return found;
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

const NOTHING = new RecordShape([]);

/** Tells the shapes of objects, one after the other, and reads fields by their numbers. */
export class RecordReader<V = JsonValue> {
  readonly #tree = new ShapeTree<RecordShape>(NAME_LIMIT);
  #record: Readonly<Record<string, V | undefined>> = {};
  #shape = NOTHING;

  /** True when it has seen so many shapes that it should be replaced. */
  get full(): boolean {
    return this.#tree.full;
  }

  /** The shape of what was read last. */
  get shape(): RecordShape {
    return this.#shape;
  }

  /** What was read last. */
  get record(): Readonly<Record<string, V | undefined>> {
    return this.#record;
  }

  /** A member without a value counts as absent, wherever it is read. */
  read(record: Readonly<Record<string, V | undefined>>): void {
    let branch: Branch<RecordShape> = this.#tree.root;
    let { run } = branch;
    let at = 0;
    for (const name in record) {
      if (record[name] === undefined) continue;
      if (at < run.length && run[at] === name) {
        at += 1;
        continue;
      }
      const next = this.#tree.fork(branch, at, name);
      at = next === branch ? at + 1 : 1;
      branch = next;
      run = branch.run;
    }
    branch = this.#tree.end(branch, at);
    this.take(record, (branch.facts ??= new RecordShape(namesIn(record))));
  }

  /** Goes back to a record that was read before. */
  take(record: Readonly<Record<string, V | undefined>>, shape: RecordShape): void {
    this.#record = record;
    this.#shape = shape;
  }

  /** The value of a field; undefined when the record does not have it. */
  at(field: number): V | undefined {
    const place = this.#shape.placeOf(field);
    return place < 0 ? undefined : this.value(place);
  }

  /** The value at a place of the shape. */
  value(place: number): V | undefined {
    return this.#record[this.#shape.names[place] ?? ""];
  }
}

/** As `read` goes through them: an object of somebody's own may inherit some. */
function namesIn(record: Readonly<Record<string, unknown>>): readonly string[] {
  const names: string[] = [];
  for (const name in record) if (record[name] !== undefined) names.push(name);
  return names;
}

/** A reader that has read one record. */
export function readerOf(record: JsonObject): RecordReader {
  const reader = new RecordReader();
  reader.read(record);
  return reader;
}
