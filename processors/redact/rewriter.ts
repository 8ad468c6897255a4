import { isBranch, scalarText } from "../../collector/record-body.ts";
import type { RedactRule } from "./config.ts";
import { type FoundText, innerJson, type NamedRule, type NameIndex } from "./find-named.ts";

/** How many values each rule redacted. */
export type Counts = Map<string, number>;

type PatternRule = Extract<RedactRule, { readonly kind: "pattern" }>;

/** The rules, ready to be applied to many records. */
export interface RuleSet {
  readonly names: NameIndex;
  readonly patterns: readonly PatternRule[];
}

/** Shorter texts stand in other words by chance; they go only where they are the whole text. */
const SHORTEST_PART = 4;

/** Applies the rules to the values of one record. Unchanged values come back as they are, changed ones as copies. */
export class Rewriter {
  readonly #patterns: readonly PatternRule[];
  readonly #names: NameIndex;
  readonly #found: readonly FoundText[];
  readonly #counts: Counts;

  /** @param found What stood under the names of the rules: it goes wherever it stands. */
  constructor(rules: RuleSet, found: readonly FoundText[], counts: Counts) {
    this.#patterns = rules.patterns;
    this.#names = rules.names;
    this.#found = found;
    this.#counts = counts;
  }

  value(value: unknown): unknown {
    return this.#value(value, undefined);
  }

  /** Attributes: like any object, and again of their type. */
  mapping<T extends object>(attributes: T): T {
    const changed: object = this.#object(attributes, undefined);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- values became texts, which every attribute may be
    return changed as T;
  }

  text(text: string): string {
    const inner = innerJson(text);
    if (inner === undefined) return this.#plain(text);
    const changed = this.value(inner);
    return changed === inner ? text : JSON.stringify(changed);
  }

  #value(value: unknown, under: NamedRule | undefined): unknown {
    if (Array.isArray(value)) return this.#list(value, under);
    if (isBranch(value)) return this.#object(value, under);
    if (under !== undefined) return this.#named(value, under);
    return typeof value === "string" ? this.text(value) : this.#number(value);
  }

  /** A number goes when a pattern matches all of it: parts of numbers match by chance. */
  #number(value: unknown): unknown {
    if (typeof value === "boolean") return value;
    const text = scalarText(value);
    if (text === undefined) return value;
    for (const rule of this.#patterns) {
      if (rule.regex.matches(text)[0]?.text !== text) continue;
      this.#count(rule);
      return rule.replace(text);
    }
    return value;
  }

  #list(list: readonly unknown[], under: NamedRule | undefined): readonly unknown[] {
    const changed = list.map((item) => this.#value(item, under));
    return changed.some((item, index) => item !== list[index]) ? changed : list;
  }

  #object(object: object, under: NamedRule | undefined): object {
    let changed: Record<string, unknown> | undefined;
    const pair = under ?? this.#names.ruleOfPair(object);
    for (const key of Object.keys(object)) {
      const child: unknown = Reflect.get(object, key);
      const value = this.#value(child, this.#names.rule(key) ?? (key === "Name" ? under : pair));
      if (value === child) continue;
      changed ??= { ...object };
      changed[key] = value;
    }
    return changed ?? object;
  }

  #named(value: unknown, rule: NamedRule): unknown {
    const text = scalarText(value);
    if (text === undefined || text === "") return value;
    const inner = typeof value === "string" ? innerJson(value) : undefined;
    if (inner !== undefined) return JSON.stringify(this.#value(inner, rule));
    this.#count(rule);
    return rule.replace(text);
  }

  /** Texts that are stand-ins already are not looked at again: a pattern could match inside them. */
  #plain(text: string): string {
    if (!this.#found.some((found) => mayHold(text, found)) && !this.#patterns.some(({ regex }) => regex.test(text))) {
      return text;
    }
    let parts: readonly Part[] = [{ text, done: false }];
    for (const found of this.#found)
      parts = parts.flatMap((part) => (part.done ? [part] : this.#takeFound(part, found)));
    for (const rule of this.#patterns) {
      parts = parts.flatMap((part) => (part.done ? [part] : this.#takePattern(part, rule)));
    }
    return parts.map((part) => part.text).join("");
  }

  #takeFound(part: Part, { text, lowerCase, rule }: FoundText): readonly Part[] {
    if (!mayHold(part.text, { text, lowerCase, rule })) return [part];
    const lower = part.text.toLowerCase();
    // Some letters have another length in lower case; then positions would not fit.
    const [searched, sought] = lower.length === part.text.length ? [lower, lowerCase] : [part.text, text];
    const parts: Part[] = [];
    let end = 0;
    for (let at = searched.indexOf(sought); at !== -1; at = searched.indexOf(sought, end)) {
      if (at > end) parts.push({ text: part.text.slice(end, at), done: false });
      end = at + sought.length;
      this.#count(rule);
      parts.push({ text: rule.replace(part.text.slice(at, end)), done: true });
    }
    if (parts.length === 0) return [part];
    if (end < part.text.length) parts.push({ text: part.text.slice(end), done: false });
    return parts;
  }

  #takePattern(part: Part, rule: PatternRule): readonly Part[] {
    const parts: Part[] = [];
    let end = 0;
    for (const { start, text } of rule.regex.matches(part.text)) {
      if (start > end) parts.push({ text: part.text.slice(end, start), done: false });
      end = start + text.length;
      this.#count(rule);
      parts.push({ text: rule.replace(text), done: true });
    }
    if (parts.length === 0) return [part];
    if (end < part.text.length) parts.push({ text: part.text.slice(end), done: false });
    return parts;
  }

  #count({ name }: RedactRule): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

/** Whether a text is long enough to hold what was found; a short one only as a whole. */
function mayHold(text: string, { text: sought, lowerCase }: FoundText): boolean {
  if (text.length < sought.length) return false;
  if (text.length === sought.length) return text === sought || text.toLowerCase() === lowerCase;
  return sought.length >= SHORTEST_PART && (text.includes(sought) || text.toLowerCase().includes(lowerCase));
}

/** A piece of a text; `done` when it stands in the place of a value. */
interface Part {
  readonly text: string;
  readonly done: boolean;
}
