import { isBranch } from "../../collector/record-body.ts";
import { parseObject } from "../../collector/record.ts";
import type { RedactRule } from "./config.ts";

/** The rule that a value of each name falls under. */
export type NamedRule = Extract<RedactRule, { readonly kind: "names" }>;

/** A text that a rule found under one of its names. */
export interface FoundText {
  readonly text: string;
  readonly lowerCase: string;
  readonly rule: NamedRule;
}

/** The first rule that has this name among its own. */
export function ruleForName(name: string, rules: readonly RedactRule[]): NamedRule | undefined {
  const lowerCase = name.toLowerCase();
  return rules.find((rule): rule is NamedRule => rule.kind === "names" && rule.names.has(lowerCase));
}

/**
 * The rule for what is beside a `Name` in the same object: the service writes parameters and properties as pairs
 * `{ "Name": "Identity", "Value": … }` and `{ "Name": …, "NewValue": …, "OldValue": … }`.
 */
export function ruleForPair(branch: object, rules: readonly RedactRule[]): NamedRule | undefined {
  const name: unknown = Reflect.get(branch, "Name");
  return typeof name === "string" ? ruleForName(name, rules) : undefined;
}

/** JSON inside a text, as the service likes to put it there. */
export function innerJson(text: string): object | undefined {
  return text.startsWith("{") && text.endsWith("}") ? (parseObject(text) ?? undefined) : innerList(text);
}

function innerList(text: string): object | undefined {
  if (!text.startsWith("[") || !text.endsWith("]")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isBranch(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The texts under the names of the rules, anywhere below the roots, each once, longest first. */
export function findNamed(roots: readonly unknown[], rules: readonly RedactRule[]): readonly FoundText[] {
  const found = new Map<string, FoundText>();
  if (!rules.some(({ kind }) => kind === "names")) return [];
  for (const root of roots) collect(root, undefined, rules, found);
  return [...found.values()].toSorted((a, b) => b.text.length - a.text.length);
}

function collect(
  value: unknown,
  under: NamedRule | undefined,
  rules: readonly RedactRule[],
  found: Map<string, FoundText>,
): void {
  if (isBranch(value)) {
    const pair = under ?? ruleForPair(value, rules);
    for (const [key, child] of Object.entries(value)) {
      const own = Array.isArray(value) ? under : (ruleForName(key, rules) ?? (key === "Name" ? under : pair));
      collect(child, own, rules, found);
    }
    return;
  }
  if (typeof value !== "string") return;
  const inner = innerJson(value);
  if (inner !== undefined) collect(inner, under, rules, found);
  else if (under !== undefined && value !== "" && !found.has(value)) {
    found.set(value, { text: value, lowerCase: value.toLowerCase(), rule: under });
  }
}
