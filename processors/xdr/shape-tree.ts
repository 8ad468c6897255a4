/**
 * Part of a tree of names: a run of names without a fork. Each name leads from the names before it to those with it.
 * Whoever walks the tree compares with the run, name by name, and asks the tree where the run does not go on as the object
 * does: neighbouring strings are cheaper to reach than a node for each name.
 */
export interface Branch<F> {
  /** The names that lead here from the fork, one after the other. */
  readonly run: string[];
  /** The branches that go on where the run ends. */
  next: Branch<F>[];
  /** The same by their first names, once they are too many to look through. */
  byName: Map<string, Branch<F>> | undefined;
  /** What whoever uses the tree has found out about objects that end with this run, to be set when one does. */
  facts: F | undefined;
}

/** Comparing a few names costs less than looking one up. */
const MOST_WITHOUT_INDEX = 8;

/**
 * Tells objects with the same names in the same order. Services write the fields of one kind of record in one order, so
 * that a few hundred shapes make all records of a tenant; what depends on the names alone is then found out once for each
 * shape. An object can hold any names, though: whoever uses a tree replaces it when it is full.
 *
 * Walk from the root with `at` = 0. While `branch.run[at]` is the next name, go on with `at` + 1; where it is not, `fork`
 * gives the branch that goes on: at its second name, or, when it is the same branch, at the next. After the last name,
 * `end` gives the branch that stands for the shape.
 */
export class ShapeTree<F> {
  readonly root: Branch<F> = branch([]);
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

  /** The branch of objects with the first `count` of these names in this order. */
  walk(names: readonly string[], count: number = names.length): Branch<F> {
    let branch = this.root;
    let at = 0;
    for (let i = 0; i < count; i += 1) {
      const name = names[i] ?? "";
      if (at < branch.run.length && branch.run[at] === name) {
        at += 1;
        continue;
      }
      const next = this.fork(branch, at, name);
      at = next === branch ? at + 1 : 1;
      branch = next;
    }
    return this.end(branch, at);
  }

  /** The branch that goes on with `name` after the first `at` names of a run. */
  fork(from: Branch<F>, at: number, name: string): Branch<F> {
    if (at < from.run.length) split(from, at);
    const known = from.byName === undefined ? among(from.next, name) : from.byName.get(name);
    if (known !== undefined) return known;
    this.#size += 1;
    if (from.facts === undefined && from.next.length === 0) {
      from.run.push(name);
      return from;
    }
    const made = branch<F>([name]);
    from.next.push(made);
    if (from.next.length > MOST_WITHOUT_INDEX) {
      from.byName ??= new Map(from.next.map((one) => [one.run[0] ?? "", one]));
      from.byName.set(name, made);
    }
    return made;
  }

  /** The branch of objects that have the first `at` names of a run. */
  end(from: Branch<F>, at: number): Branch<F> {
    if (at < from.run.length) split(from, at);
    return from;
  }
}

function branch<F>(run: string[]): Branch<F> {
  return { run, next: [], byName: undefined, facts: undefined };
}

function among<F>(branches: readonly Branch<F>[], name: string): Branch<F> | undefined {
  for (const one of branches) if (one.run[0] === name) return one;
  return undefined;
}

/** Makes a fork after the first `at` names of a run. */
function split<F>(from: Branch<F>, at: number): void {
  const rest = branch<F>(from.run.splice(at));
  rest.next = from.next;
  rest.byName = from.byName;
  rest.facts = from.facts;
  from.next = [rest];
  from.byName = undefined;
  from.facts = undefined;
}
