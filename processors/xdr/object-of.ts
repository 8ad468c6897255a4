import { ObjectPattern } from "./object-maker.ts";
import { ShapeTree } from "./shape-tree.ts";

/** More names than the attributes of any record seen: data, of which no two are alike. */
const MOST_NAMES = 128;
/** Names in the tree. */
const LIMIT = 16_384;

/** Null: a name comes twice. */
let tree = new ShapeTree<ObjectPattern | null>(LIMIT);

/**
 * The object that has a value for each name, in their order. The same names come again and again, and to compare them
 * with those of an earlier object costs a fraction of setting members by names that V8 has to look up first. Undefined when
 * that does not do: a name comes twice, or there are very many.
 *
 * @param values As many as names.
 * @param count How many of them count.
 */
export function objectOf(
  names: readonly string[],
  values: readonly unknown[],
  count: number = names.length,
): Record<string, unknown> | undefined {
  if (count > MOST_NAMES) return undefined;
  if (tree.full) tree = new ShapeTree(LIMIT);
  const branch = tree.walk(names, count);
  if (branch.facts === undefined) branch.facts = patternOf(names.slice(0, count));
  return branch.facts?.make(values);
}

function patternOf(names: readonly string[]): ObjectPattern | null {
  return new Set(names).size === names.length ? new ObjectPattern(names) : null;
}
