import type { Attributes } from "@opentelemetry/api";
import { attributesOf } from "./attribute-sheet.ts";
import { compiled } from "./compiled.ts";
import { literalOf } from "./object-maker.ts";

/** Places of a mask: V8 keeps whole numbers of 31 bits without a box. */
const BITS = 30;
/** Sets that get a literal of their own. Records of one shape have had up to a dozen. */
const MOST_SETS = 16;

/** Makes the object from the values of all attributes, by place. */
export type MakeAttributes = (...values: unknown[]) => Attributes;

interface AttributeSet {
  readonly masks: readonly number[];
  readonly make: MakeAttributes;
}

/**
 * Which of its attributes a record of one shape has: some it always has, of the others a bit each tells. The same few sets come
 * again and again, and an object with known names is made fastest by a literal. Each literal is a function by itself, so that
 * the code of a shape stays short however many sets its records have.
 */
export class AttributeSets {
  /** Places of the attributes that a record may lack, mask by mask. */
  readonly masks: readonly (readonly number[])[];
  readonly #names: readonly string[];
  readonly #always: readonly boolean[];
  readonly #sets: AttributeSet[] = [];
  readonly #any: MakeAttributes;

  /**
   * @param names Of the attributes, by place.
   * @param open Places of those that a record may lack.
   */
  constructor(names: readonly string[], open: readonly number[]) {
    this.#names = names;
    const may = new Set(open);
    this.#always = names.map((_, place) => !may.has(place));
    const masks: number[][] = [];
    for (let from = 0; from < open.length; from += BITS) masks.push(open.slice(from, from + BITS));
    this.masks = masks;
    this.#any = (...values) => attributesOf(names, values);
  }

  /** What makes the objects of a set. */
  makerOf(...masks: readonly number[]): MakeAttributes {
    for (const set of this.#sets) if (set.masks.every((mask, index) => mask === masks[index])) return set.make;
    if (this.#sets.length >= MOST_SETS) return this.#any;
    const make = this.#literal(masks) ?? this.#any;
    this.#sets.push({ masks, make });
    return make;
  }

  /** Undefined where no function can be made from code, see `compiled`. */
  #literal(masks: readonly number[]): MakeAttributes | undefined {
    const has = [...this.#always];
    for (const [index, places] of this.masks.entries()) {
      for (const [bit, place] of places.entries()) has[place] = ((masks[index] ?? 0) & (1 << bit)) !== 0;
    }
    const places = has.flatMap((one, place) => (one ? [place] : []));
    const literal = literalOf(
      places.map((place) => this.#names[place] ?? ""),
      (index) => `a${places[index]}`,
    );
    const parameters = this.#names.map((_, place) => `a${place}`).join(", ");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes and returns is written here
    return compiled(parameters, `return ${literal};`) as MakeAttributes | undefined;
  }
}
