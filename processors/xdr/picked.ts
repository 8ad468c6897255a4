import { comparable } from "./operation.ts";
import { Spare } from "./rules/rule.ts";

/**
 * What counts of what a rule gave: a text that is not excluded, of a list the elements that are not; with `only`, of a list
 * the one that is left. Undefined when nothing or, with `only`, more than one is left.
 *
 * @param excluded Texts, compared without case; everything else in it excludes nothing.
 */
export function picked(value: unknown, excluded: readonly unknown[], only: boolean): unknown {
  if (value instanceof Spare) return isExcluded(value.value, excluded) ? undefined : value;
  if (!Array.isArray(value)) return isExcluded(value, excluded) ? undefined : value;
  const list: readonly unknown[] = value;
  const rest = list.filter((element) => !isExcluded(element, excluded));
  if (!only) return rest.length === 0 ? undefined : rest;
  const [first] = rest;
  return rest.every((element) => isSame(element, first)) ? first : undefined;
}

function isExcluded(value: unknown, excluded: readonly unknown[]): boolean {
  return typeof value === "string" && excluded.some((one) => isSame(value, one));
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  return typeof left === "string" && typeof right === "string" && comparable(left) === comparable(right);
}
