import { type Branch, isBranch } from "../../collector/record-body.ts";
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

/** Names that records have are few; whatever makes up names without end is not remembered. */
const MOST_REMEMBERED = 10_000;

/** Which rule a name falls under: the first that has it among its own, in any case. */
export class NameIndex {
  readonly #rules: readonly NamedRule[];
  readonly #known = new Map<string, NamedRule | undefined>();

  constructor(rules: readonly RedactRule[]) {
    this.#rules = rules.filter((rule) => rule.kind === "names");
  }

  /** No rule has names. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  rule(name: string): NamedRule | undefined {
    if (this.#rules.length === 0) return undefined;
    const known = this.#known.get(name);
    if (known !== undefined || this.#known.has(name)) return known;
    const lowerCase = name.toLowerCase();
    const found = this.#rules.find(({ names }) => names.has(lowerCase));
    if (this.#known.size < MOST_REMEMBERED) this.#known.set(name, found);
    return found;
  }

  /**
   * The rule for what is beside a `Name` in the same object: the service writes parameters and properties as pairs
   * `{ "Name": "Identity", "Value": … }` and `{ "Name": …, "NewValue": …, "OldValue": … }`.
   */
  ruleOfPair(branch: object): NamedRule | undefined {
    if (this.#rules.length === 0) return undefined;
    const name: unknown = Reflect.get(branch, "Name");
    return typeof name === "string" ? this.rule(name) : undefined;
  }
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
export function findNamed(roots: readonly unknown[], names: NameIndex): readonly FoundText[] {
  const found = new Map<string, FoundText>();
  if (names.isEmpty) return [];
  for (const root of roots) collect(root, undefined, names, found);
  return [...found.values()].toSorted((a, b) => b.text.length - a.text.length);
}

function collect(value: unknown, under: NamedRule | undefined, names: NameIndex, found: Map<string, FoundText>): void {
  if (typeof value === "string") {
    const inner = innerJson(value);
    if (inner !== undefined) collect(inner, under, names, found);
    else if (under !== undefined && value !== "" && !found.has(value)) {
      found.set(value, { text: value, lowerCase: value.toLowerCase(), rule: under });
    }
    return;
  }
  if (!isBranch(value)) return;
  if (isList(value)) {
    for (const item of value) collect(item, under, names, found);
    return;
  }
  const pair = under ?? names.ruleOfPair(value);
  for (const key of Object.keys(value)) {
    collect(value[key], names.rule(key) ?? (key === "Name" ? under : pair), names, found);
  }
}

function isList(value: Branch): value is readonly unknown[] {
  return Array.isArray(value);
}
