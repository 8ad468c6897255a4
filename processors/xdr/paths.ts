import { isJsonObject, type JsonValue } from "../../collector/record.ts";
import { listIn, parseInner } from "./inner-json.ts";
import { pairValue } from "./pairs.ts";
import type { Rule } from "./rules/rule.ts";

/** One step of a source path behind its field. */
export type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "pair"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "each" }
  | { readonly kind: "where"; readonly name: string; readonly values: readonly (string | number)[] };

/** A source path, taken apart. */
export interface Path {
  /** The top-level field that the path starts with. */
  readonly field: string;
  readonly steps: readonly Step[];
}

const STEP = /\.([^.[\]]+)|\[([^\]]*)\]/y;

/**
 * Takes a source path apart:
 * - `ClientIP`: a field of the record;
 * - `FileData.FilePath`: a member of an object, of JSON text that holds one, or of the objects of a list in turn;
 * - `ExtendedProperties[UserAgent]`: the value that a list of pairs has for a name;
 * - `PolicyDetails[0]`: an element; `Rules[]`: every element in turn;
 * - `Actor[Type=5].ID`: the elements with that member; `[Type=5|UPN]`: with one of these.
 *
 * @throws {RangeError} When the text is no such path.
 */
export function parsePath(text: string): Path {
  const end = text.search(/[.[\]]/);
  const field = end < 0 ? text : text.slice(0, end);
  if (field === "") throw new RangeError(`Cannot read source path "${text}": it must start with a field name`);
  const steps: Step[] = [];
  STEP.lastIndex = field.length;
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex;
    const match = STEP.exec(text);
    if (match === null) throw new RangeError(`Cannot read source path "${text}": "${text.slice(at)}" is no step`);
    steps.push(stepOf(match[1], match[2] ?? ""));
  }
  return { field, steps };
}

function stepOf(member: string | undefined, selector: string): Step {
  if (member !== undefined) return { kind: "field", name: member };
  if (selector === "") return { kind: "each" };
  if (/^\d+$/.test(selector)) return { kind: "index", index: Number(selector) };
  const equals = selector.indexOf("=");
  if (equals > 0) {
    return {
      kind: "where",
      name: selector.slice(0, equals),
      values: selector
        .slice(equals + 1)
        .split("|")
        .flatMap(asTextAndNumber),
    };
  }
  return { kind: "pair", name: selector };
}

/** Members that are compared come as numbers or as text. */
function asTextAndNumber(text: string): readonly (string | number)[] {
  return /^\d+$/.test(text) ? [Number(text), text] : [text];
}

/** Follows the steps from `value` and applies the rule to what they lead to, until one result is not undefined. */
export function follow(value: JsonValue | undefined, steps: readonly Step[], at: number, rule: Rule): unknown {
  if (value === undefined || value === null) return undefined;
  const step = steps[at];
  if (step === undefined) return rule(value);
  switch (step.kind) {
    case "field":
      return followField(value, step.name, steps, at, rule);
    case "pair":
      return follow(pairValue(value, step.name), steps, at + 1, rule);
    case "index": {
      if (Array.isArray(value)) return follow(value[step.index], steps, at + 1, rule);
      return step.index === 0 ? follow(value, steps, at + 1, rule) : undefined;
    }
    case "each":
    case "where":
      return followEach(value, step, steps, at, rule);
    default:
      return undefined;
  }
}

function followField(value: JsonValue, name: string, steps: readonly Step[], at: number, rule: Rule): unknown {
  const holder = typeof value === "string" ? (value.includes(name) ? parseInner(value) : undefined) : value;
  if (isJsonObject(holder)) {
    return Object.hasOwn(holder, name) ? follow(holder[name], steps, at + 1, rule) : undefined;
  }
  // A list where one object is usual (`AppAccessContext`).
  if (!Array.isArray(holder)) return undefined;
  for (const element of holder) {
    if (!isJsonObject(element) || !Object.hasOwn(element, name)) continue;
    const result = follow(element[name], steps, at + 1, rule);
    if (result !== undefined) return result;
  }
  return undefined;
}

function followEach(
  value: JsonValue,
  step: Step & { kind: "each" | "where" },
  steps: readonly Step[],
  at: number,
  rule: Rule,
): unknown {
  for (const element of listIn(value)) {
    if (step.kind === "where" && !holds(element, step.name, step.values)) continue;
    const result = follow(element, steps, at + 1, rule);
    if (result !== undefined) return result;
  }
  return undefined;
}

function holds(element: JsonValue, name: string, wanted: readonly (string | number)[]): boolean {
  if (!isJsonObject(element)) return false;
  const value = element[name];
  for (const one of wanted) if (one === value) return true;
  return false;
}
