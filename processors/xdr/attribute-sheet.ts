import type { Attributes } from "@opentelemetry/api";
import { extensionName } from "./extension-names.ts";
import { ObjectPattern } from "./object-maker.ts";
import { namesOf, ShapeTree } from "./shape-tree.ts";

/** Names that are ever used are few, but a record can hold any key. Beyond this number the sheet forgets all and starts over. */
const SLOT_LIMIT = 8192;
const PATTERN_LIMIT = 1024;

/** The slots of an object's attributes, in their order. */
interface Pattern {
  readonly slots: readonly number[];
  readonly object: ObjectPattern;
}

/**
 * Collects the attributes of one record, then makes the object. Each name has a number (slot) while collecting, so that
 * "is it set?" is an array read. One sheet serves all records, one after the other.
 */
export class AttributeSheet {
  readonly #slots = new Map<string, number>();
  readonly #names: string[] = [];
  /** Slot of the attribute of a top-level field; -1 for fields that get none. */
  readonly #fields = new Map<string, number>();
  /** The record in which a slot was last set. */
  readonly #stamps = new Uint32Array(SLOT_LIMIT);
  /** Where in `#used` and `#values` a slot stands; -1 when it is ruled out. */
  readonly #places = new Int32Array(SLOT_LIMIT);
  #record = 0;
  #count = 0;
  readonly #used: number[] = [];
  readonly #values: unknown[] = [];
  #hash = 0;
  readonly #patterns = new Map<number, Pattern>();
  readonly #brought = new ShapeTree<readonly number[]>(SLOT_LIMIT);

  /** Starts the next record. */
  start(): void {
    this.#record += 1;
    this.#count = 0;
    this.#hash = 0;
  }

  /** Adds the attributes that the record came with, except those that are ruled out. */
  bring(base: Attributes | undefined): void {
    if (base === undefined) return;
    const tree = this.#brought;
    const first = this.#count;
    let shape = tree.root;
    for (const name in base) {
      shape = shape.lastName === name ? shape.last : tree.step(shape, name);
      this.#values[first + shape.length - 1] = base[name];
    }
    shape.facts ??= namesOf(shape).map((name) => (name === "__proto__" ? -1 : this.slot(name)));
    const slots = shape.facts;
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] ?? -1;
      const value = this.#values[first + i];
      if (slot >= 0 && value !== undefined && !this.has(slot)) this.set(slot, value);
    }
  }

  /** Number of a name. Stays the same until `full`. */
  slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.#names.length;
    this.#names.push(name);
    this.#slots.set(name, slot);
    return slot;
  }

  /** Slot of the extension attribute of a top-level field of the record; -1 when the field gets none. */
  extensionSlot(field: string): number {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const name = extensionName(field);
    const slot = name === undefined ? -1 : this.slot(name);
    this.#fields.set(field, slot);
    return slot;
  }

  /** True when there is hardly room for the names of another record: replace the sheet, and everything that holds slots. */
  get full(): boolean {
    return this.#names.length > SLOT_LIMIT / 2 || this.#fields.size > SLOT_LIMIT / 2 || this.#brought.full;
  }

  has(slot: number): boolean {
    return this.#stamps[slot] === this.#record;
  }

  get(slot: number): unknown {
    const place = this.has(slot) ? (this.#places[slot] ?? -1) : -1;
    return place < 0 ? undefined : this.#values[place];
  }

  /** Sets an attribute that has no value yet. A record with thousands of names of its own loses those beyond the limit. */
  set(slot: number, value: unknown): void {
    if (slot >= SLOT_LIMIT) return;
    const place = this.#count;
    this.#count = place + 1;
    this.#stamps[slot] = this.#record;
    this.#places[slot] = place;
    this.#used[place] = slot;
    this.#values[place] = value;
    this.#hash = (Math.imul(this.#hash, 31) + slot) | 0;
  }

  /** Rules an attribute out for this record: it counts as set, but will not be there. */
  close(slot: number): void {
    if (slot >= SLOT_LIMIT) return;
    this.#stamps[slot] = this.#record;
    this.#places[slot] = -1;
  }

  /** The attributes collected so far, as an object of their own. */
  build(): Attributes {
    const attributes: Attributes = this.#pattern().object.make(this.#values);
    this.#values.fill(undefined);
    return attributes;
  }

  #pattern(): Pattern {
    const known = this.#patterns.get(this.#hash);
    if (known !== undefined && this.#hasSlots(known.slots)) return known;
    const slots = this.#used.slice(0, this.#count);
    const pattern = { slots, object: new ObjectPattern(slots.map((slot) => this.#names[slot] ?? "")) };
    if (this.#patterns.size >= PATTERN_LIMIT) this.#patterns.clear();
    this.#patterns.set(this.#hash, pattern);
    return pattern;
  }

  #hasSlots(slots: readonly number[]): boolean {
    if (slots.length !== this.#count) return false;
    const used = this.#used;
    for (let i = 0; i < slots.length; i += 1) if (slots[i] !== used[i]) return false;
    return true;
  }
}
