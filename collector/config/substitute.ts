import { isScalar, parseDocument } from "yaml";
import type { ConfigNode, MappingEntry, Reference, ScalarNode } from "./node.ts";
import type { ConfigPath, ProblemList } from "./problem.ts";
import { readFailure, type ReadFile } from "./source.ts";

/** Where substitutions take their values from. */
export interface SubstitutionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
}

type Outcome = { readonly reference: Reference } | { readonly fault: string };

const FORMS = "${env:NAME}, ${env:NAME:-default} or ${file:PATH}";
const ENV = /^(env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const FILE = /^file:(.+)$/s;

/**
 * Replaces `${env:NAME}`, `${env:NAME:-default}`, `${NAME}` (as in the Collector: an environment variable),
 * `${file:PATH}` and `$$` in every value below a node. Keys are left alone. A value with a fault is reported and marked as failed.
 */
export function substitute(
  node: ConfigNode,
  sources: SubstitutionSources,
  problems: ProblemList,
  path: ConfigPath = [],
): ConfigNode {
  if (node.kind === "scalar") return substituteScalar(node, sources, problems, path);
  if (node.kind === "list") {
    return {
      ...node,
      items: node.items.map((item, index) => substitute(item, sources, problems, [...path, index])),
    };
  }
  const entries = new Map<string, MappingEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, { ...entry, value: substitute(entry.value, sources, problems, [...path, key]) });
  }
  return { ...node, entries };
}

function substituteScalar(
  node: ScalarNode,
  sources: SubstitutionSources,
  problems: ProblemList,
  path: ConfigPath,
): ScalarNode {
  if (typeof node.value !== "string" || !node.value.includes("$")) return node;
  const parts = split(node.value);
  const references: Reference[] = [];
  let text = "";
  let failed = false;
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const outcome = "fault" in part ? part : resolve(part.expression, sources);
    if ("fault" in outcome) {
      problems.error(node.origin, path, outcome.fault);
      failed = true;
    } else {
      references.push(outcome.reference);
      text += outcome.reference.text;
    }
  }
  const retypable = parts.length === 1 && references.length === 1;
  return { ...node, text, value: retypable ? typed(text) : text, references, retypable, failed };
}

type Part = string | { readonly expression: string } | { readonly fault: string };

function split(text: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar === -1) break;
    literal += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next !== "{") {
      literal += "$";
      at = dollar + (next === "$" ? 2 : 1);
      continue;
    }
    const end = text.indexOf("}", dollar);
    const expression = end === -1 ? undefined : text.slice(dollar + 2, end);
    if (literal !== "") parts.push(literal);
    literal = "";
    if (expression === undefined || expression.includes("${")) {
      // Nothing after this point can be read with confidence.
      return [...parts, { fault: expression === undefined ? UNCLOSED : NESTED }];
    }
    parts.push({ expression });
    at = dollar + 3 + expression.length;
  }
  literal += text.slice(at);
  return literal === "" ? parts : [...parts, literal];
}

const UNCLOSED = '"${" has no closing brace; close it, or write "$${" for the text itself';
const NESTED = "a substitution cannot contain another one; put the whole value into one variable";

// Faults quote only what is meant to be a name: a "$" in a password may have brought us here.
function resolve(expression: string, { env, readFile }: SubstitutionSources): Outcome {
  const variable = ENV.exec(expression);
  if (variable !== null) {
    const [, prefix, name = "", fallback] = variable;
    const meant = prefix !== undefined || !/[a-z]/.test(name);
    const text = Object.hasOwn(env, name) ? (env[name] ?? fallback) : fallback;
    if (text !== undefined) return { reference: { label: meant ? `\${env:${name}}` : "${…}", text } };
    return { fault: unset(name, meant, prefix === undefined) };
  }
  const path = FILE.exec(expression)?.[1];
  if (path === undefined) return { fault: `unknown substitution; write ${FORMS}, or $$ for a dollar sign` };
  try {
    return { reference: { label: `\${file:${path}}`, text: readFile(path).replace(/\r?\n$/, "") } };
  } catch (error) {
    return { fault: `Cannot read "${path}" for a substitution: ${readFailure(error)}` };
  }
}

function unset(name: string, meant: boolean, bare: boolean): string {
  const subject = meant ? `the environment variable "${name}"` : "the environment variable of a substitution";
  const remedy = `set it, or give a default with \${env:${meant ? name : "NAME"}:-value}`;
  return `${subject} is not set; ${remedy}${bare ? ", or write $$ for a dollar sign" : ""}`;
}

/** The value that YAML would read from a text on its own line; text that is a list, a mapping or no YAML stays text. */
function typed(text: string): ScalarNode["value"] {
  // Longer than any number: a PEM file need not be parsed to know that it is text.
  if (text.length > 64 || text.includes("\n")) return text;
  const document = parseDocument(text, { prettyErrors: false, logLevel: "silent" });
  if (text === "") return null;
  if (document.errors.length > 0 || !isScalar(document.contents) || document.contents.type !== "PLAIN") return text;
  const { value } = document.contents;
  return typeof value === "number" || typeof value === "boolean" || value === null ? value : text;
}
