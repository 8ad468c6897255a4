import type { Attributes } from "@opentelemetry/api";
import { extensionName } from "./extension-names.ts";

/** Names that are ever used are few, but a record can hold any key. Beyond this number the sheet forgets all and starts over. */
const SLOT_LIMIT = 8192;
const SHAPE_LIMIT = 1024;

/** A set of names in their order, and an object that has them. */
interface Shape {
  readonly slots: readonly number[];
  readonly template: Attributes;
}

/**
 * Collects the attributes of one record, then makes the object. Each name has a number (slot) while collecting, so that
 * "is it set?" is an array read. One sheet serves all records, one after the other.
 *
 * The object is cloned from a template with the same names. Adding 50 properties by computed name makes V8 turn an
 * object into a hash table, which takes twice the time to build and several times the memory; a clone keeps the compact form,
 * and exporters read it faster.
 */
export class AttributeSheet {
  readonly #slots = new Map<string, number>();
  #names: string[] = [];
  /** Slot of the attribute of a top-level field; -1 for fields that get none. */
  readonly #fields = new Map<string, number>();
  /** The record in which a slot was last set. */
  readonly #stamps = new Uint32Array(SLOT_LIMIT);
  #values: unknown[] = [];
  #record = 0;
  #used: number[] = [];
  #hash = 0;
  readonly #shapes = new Map<number, Shape | null>();

  /** Starts the next record. */
  start(): void {
    this.#record += 1;
    this.#used.length = 0;
    this.#hash = 0;
  }

  /** Adds the attributes that the record came with, except those that are ruled out. */
  bring(base: Attributes | undefined): void {
    if (base === undefined) return;
    for (const name of Object.keys(base)) {
      const value = base[name];
      // Assigning to this name would change the prototype.
      if (name === "__proto__" || value === undefined) continue;
      const slot = this.slot(name);
      if (!this.has(slot)) this.set(slot, value);
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
    return this.#names.length > SLOT_LIMIT / 2 || this.#fields.size > SLOT_LIMIT / 2;
  }

  has(slot: number): boolean {
    return this.#stamps[slot] === this.#record;
  }

  get(slot: number): unknown {
    return this.has(slot) ? this.#values[slot] : undefined;
  }

  /** Sets an attribute that has no value yet. A record with thousands of names of its own loses those beyond the limit. */
  set(slot: number, value: unknown): void {
    if (slot >= SLOT_LIMIT) return;
    this.#stamps[slot] = this.#record;
    this.#values[slot] = value;
    this.#used.push(slot);
    this.#hash = (Math.imul(this.#hash, 31) + slot) | 0;
  }

  /** Rules an attribute out for this record: it counts as set, but will not be there. */
  close(slot: number): void {
    if (slot >= SLOT_LIMIT) return;
    this.#stamps[slot] = this.#record;
    this.#values[slot] = undefined;
  }

  /** The attributes collected so far, as an object of their own. */
  build(): Attributes {
    const used = this.#used;
    const shape = this.#shapes.get(this.#hash);
    const attributes: Attributes =
      shape !== undefined && shape !== null && sameSlots(shape.slots, used) ? { ...shape.template } : {};
    const names = this.#names;
    const values = this.#values;
    for (let i = 0; i < used.length; i += 1) {
      const slot = used[i] ?? 0;
      const name = names[slot];
      if (name !== undefined) attributes[name] = values[slot];
      values[slot] = undefined;
    }
    if (shape === null) this.#shapes.set(this.#hash, { slots: [...used], template: templateOf(attributes) });
    else if (shape === undefined) this.#remember();
    return attributes;
  }

  /** A shape that comes once is not worth a template; the second time it gets one. */
  #remember(): void {
    if (this.#shapes.size >= SHAPE_LIMIT) this.#shapes.clear();
    this.#shapes.set(this.#hash, null);
  }
}

function sameSlots(left: readonly number[], right: readonly number[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i += 1) if (left[i] !== right[i]) return false;
  return true;
}

/** An object with the same names and, as stand-ins, values of the same types. It holds nothing of the record. */
function templateOf(attributes: Attributes): Attributes {
  const standIns = Object.entries(attributes).map(([name, value]) => `${JSON.stringify(name)}:${standIn(value)}`);
  const template: Attributes = JSON.parse(`{${standIns.join(",")}}`);
  return template;
}

function standIn(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) && Math.abs(value) < 2 ** 30 ? "0" : "0.5";
    case "boolean":
      return "true";
    case "object":
      return Array.isArray(value) ? "[]" : "{}";
    default:
      return '""';
  }
}
