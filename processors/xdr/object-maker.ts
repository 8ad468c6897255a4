import { compiled } from "./compiled.ts";

/** Objects with these names so often, and a function of their own pays. */
const USES_BEFORE_COMPILED = 16;

type Make = (values: readonly unknown[]) => Record<string, unknown>;

/**
 * Makes objects with the same names in the same order.
 *
 * A literal takes a fifth of the time of setting forty properties by computed name, and gives an object that V8 keeps in its
 * compact form, which exporters read faster. So names that come again and again get a function that is one literal.
 */
export class ObjectPattern {
  readonly #names: readonly string[];
  #uses = 0;
  #make: Make | undefined;

  /** @param names Each once. */
  constructor(names: readonly string[]) {
    this.#names = [...names];
  }

  /** @param values As many as names. */
  make(values: readonly unknown[]): Record<string, unknown> {
    if (this.#make !== undefined) return this.#make(values);
    this.#uses += 1;
    if (this.#uses === USES_BEFORE_COMPILED) this.#make = this.#compiled();
    return Object.fromEntries(this.#names.map((name, index) => [name, values[index]]));
  }

  #compiled(): Make | undefined {
    const literal = literalOf(this.#names, (index) => `values[${index}]`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes and returns is written here
    return compiled("values", `return ${literal};`) as Make | undefined;
  }
}

/**
 * Code of an object literal. Names are written as JSON, which is a string literal of JavaScript as well. A name in brackets
 * makes the literal slow, but `__proto__:` would set the prototype.
 *
 * @param names Each once.
 * @param value Code of the value of a name.
 */
export function literalOf(names: readonly string[], value: (index: number) => string): string {
  const members = names.map((name, index) => {
    const key = name === "__proto__" ? '["__proto__"]' : JSON.stringify(name);
    return `${key}: ${value(index)}`;
  });
  return `{ ${members.join(", ")} }`;
}
