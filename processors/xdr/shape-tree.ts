/** The names of an object in their order: a node of a tree in which each name leads from the names before it to those with it. */
export interface Shape<F> {
  /** How many names it has. */
  readonly length: number;
  /** The last of them; empty at the root. */
  readonly name: string;
  /** The shape without the last name; undefined at the root. */
  readonly before: Shape<F> | undefined;
  readonly next: Map<string, Shape<F>>;
  /** The step taken last: objects of one kind come after each other, and comparing is cheaper than looking up. */
  lastName: string | undefined;
  last: Shape<F>;
  /** What whoever uses the tree has found out about this shape. */
  facts: F | undefined;
}

/**
 * Tells objects with the same names in the same order. Services write the fields of one kind of record in one order, so
 * that a few hundred shapes make all records of a tenant; what depends on the names alone is then found out once for each
 * shape. An object can hold any names, though: whoever uses a tree replaces it when it is full.
 */
export class ShapeTree<F> {
  readonly root: Shape<F> = new Node<F>("", undefined);
  readonly #limit: number;
  #size = 0;

  /** @param limit Number of names in the tree beyond which it is full. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when it should be replaced. It keeps working until then, so that an object is never cut short. */
  get full(): boolean {
    return this.#size > this.#limit;
  }

  /** The shape with one more name. */
  step(shape: Shape<F>, name: string): Shape<F> {
    let next = shape.next.get(name);
    if (next === undefined) {
      next = new Node(name, shape);
      shape.next.set(name, next);
      this.#size += 1;
    }
    shape.lastName = name;
    shape.last = next;
    return next;
  }
}

class Node<F> implements Shape<F> {
  readonly length: number;
  readonly name: string;
  readonly before: Shape<F> | undefined;
  readonly next = new Map<string, Shape<F>>();
  lastName: string | undefined = undefined;
  last: Shape<F> = this;
  facts: F | undefined = undefined;

  constructor(name: string, before: Shape<F> | undefined) {
    this.length = before === undefined ? 0 : before.length + 1;
    this.name = name;
    this.before = before;
  }
}

/** The names of a shape, in their order. */
export function namesOf(shape: Shape<unknown>): readonly string[] {
  const names: string[] = [];
  for (let at = shape; at.before !== undefined; at = at.before) names.push(at.name);
  return names.toReversed();
}
