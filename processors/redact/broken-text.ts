import { compileLinearRegex, type LinearRegex } from "../../collector/linear-regex.ts";
import type { RedactConfig } from "./config.ts";
import type { NamedRule } from "./find-named.ts";
import type { Counts } from "./rewriter.ts";

const compiled = new WeakMap<NamedRule, readonly LinearRegex[]>();

/**
 * A text that is no JSON, ended where the first name of a rule stands before a colon or an equals sign: where its value
 * ends cannot be told, and more is better gone than less.
 */
export function cutBrokenText(text: string, { rules, replacement }: RedactConfig, counts: Counts): string {
  for (const rule of rules) {
    if (rule.kind !== "names") continue;
    for (const regex of regexesOf(rule)) {
      const [match] = regex.matches(text);
      if (match === undefined) continue;
      counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1);
      return cutBrokenText(text.slice(0, match.start) + replacement, { rules, replacement }, counts);
    }
  }
  return text;
}

function regexesOf(rule: NamedRule): readonly LinearRegex[] {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const regexes = [...rule.names].map(startingWith);
  compiled.set(rule, regexes);
  return regexes;
}

function startingWith(name: string): LinearRegex {
  const literal = name.replaceAll(/[^\p{L}\p{N}_]/gu, String.raw`\$&`);
  const regex = compileLinearRegex(String.raw`(?i)${literal}\\*["']?\s*[:=]`);
  if ("fault" in regex) throw new TypeError(`Cannot look for the name "${name}": ${regex.fault}`);
  return regex;
}
