import type { JsonValue } from "../../collector/record.ts";
import { compiled } from "./compiled.ts";
import { listIn, parseInner } from "./inner-json.ts";
import { pairValueOf, valueOfPair } from "./pairs.ts";
import { follow, type Step } from "./paths.ts";
import type { Rule } from "./rules/rule.ts";

/** Gives a name to a value that code refers to. */
type Constant = (value: unknown) => string;
type Follow = (value: JsonValue) => unknown;

const EACH = "for (let i = 0; i < list.length; i += 1) { const element = list[i];";
const OBJECT = (name: string): string => `typeof ${name} === "object" && ${name} !== null && !Array.isArray(${name})`;

/** By rule, then by path. Both come from tables and configuration. */
const known = new WeakMap<Rule, Map<string, Follow>>();

/**
 * A function that follows a path and applies a rule to what it leads to: `follow` of `paths.ts`, where that can be, without its
 * decisions. V8 reads a member fast where the same place of the code always reads the same one.
 *
 * @param path The text that the steps were parsed from.
 */
export function compiledPath(path: string, steps: readonly Step[], rule: Rule): Follow {
  const ofRule = known.get(rule) ?? new Map<string, Follow>();
  known.set(rule, ofRule);
  const follows = ofRule.get(path) ?? compilePath(steps, rule) ?? ((value) => follow(value, steps, 0, rule));
  ofRule.set(path, follows);
  return follows;
}

function compilePath(steps: readonly Step[], rule: Rule): Follow | undefined {
  const constants: unknown[] = [rule];
  const constant = (value: unknown): string => {
    if (!constants.includes(value)) constants.push(value);
    return `k${constants.indexOf(value)}`;
  };
  const functions = steps.map((step, at) => {
    const next = (value: string): string => (at === steps.length - 1 ? `k0(${value})` : `step${at + 1}(${value})`);
    return `function step${at}(value) {\n${stepCode(step, next, constant)}\nreturn undefined;\n}`;
  });
  const names = constants.map((_, index) => `k${index}`);
  const code = [`const [${names.join(", ")}] = constants;`, ...functions, "return step0;"].join("\n");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes and returns is written here
  const make = compiled("constants", code) as ((constants: readonly unknown[]) => Follow) | undefined;
  return make?.(constants);
}

function stepCode(step: Step, next: (value: string) => string, constant: Constant): string {
  const go = (value: string): string =>
    `{ const found = ${value}; if (found !== undefined && found !== null) { const result = ${next("found")}; if (result !== undefined) return result; } }`;
  switch (step.kind) {
    case "field":
      return fieldCode(step.name, go, constant);
    case "pair":
      return pairCode(step.name, go, constant);
    case "index":
      return step.index === 0
        ? go("Array.isArray(value) ? value[0] : value")
        : `if (Array.isArray(value)) ${go(`value[${step.index}]`)}`;
    case "each":
      return `${listCode(constant)}\n${EACH} ${go("element")} }`;
    default: {
      const member = `element[${JSON.stringify(step.name)}]`;
      const tests = step.values.map((one) => `member === ${JSON.stringify(one)}`).join(" || ");
      return `${listCode(constant)}\n${EACH} if (${OBJECT("element")}) { const member = ${member}; if (${tests}) ${go("element")} } }`;
    }
  }
}

function listCode(constant: Constant): string {
  return `const list = ${constant(listIn)}(value);`;
}

/** Names that objects have without having a member of that name. */
const inherited = (name: string): boolean => name in Object.prototype;

function fieldCode(name: string, go: (value: string) => string, constant: Constant): string {
  const key = JSON.stringify(name);
  const member = (of: string): string =>
    inherited(name) ? `(Object.hasOwn(${of}, ${key}) ? ${of}[${key}] : undefined)` : `${of}[${key}]`;
  return [
    `const holder = typeof value === "string" ? (value.includes(${key}) ? ${constant(parseInner)}(value) : undefined) : value;`,
    `if (Array.isArray(holder)) { const list = holder; ${EACH} if (${OBJECT("element")}) ${go(member("element"))} } }`,
    `else if (typeof holder === "object" && holder !== null) ${go(member("holder"))}`,
  ].join("\n");
}

function pairCode(name: string, go: (value: string) => string, constant: Constant): string {
  const own = `(pair === ${JSON.stringify(name)} || pair.toLowerCase() === ${JSON.stringify(name.toLowerCase())})`;
  return [
    `const list = typeof value === "string" ? ${constant(parseInner)}(value) : value;`,
    `if (!Array.isArray(list)) ${go(`${constant(pairValueOf)}(list, ${JSON.stringify(name)})`)}`,
    `else { ${EACH} if (${OBJECT("element")}) {`,
    "const pair = element.Name ?? element.Key ?? element.name ?? element.key;",
    `if (typeof pair === "string" && pair.length === ${name.length} && ${own}) {`,
    `${go(`${constant(valueOfPair)}(element)`)} return undefined;`,
    "} } } }",
  ].join("\n");
}
