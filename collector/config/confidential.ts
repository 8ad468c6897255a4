import type { z } from "zod";
import type { ConfigNode, ScalarNode } from "./node.ts";
import { childSchemas, holdsSecret } from "./schema-walk.ts";

const REDACTED = "[REDACTED]";
// Shorter texts occur in any sentence by chance; they are hidden in quotes only.
const MIN_BARE_LENGTH = 4;
const MAX_SHOWN_LENGTH = 80;

/**
 * How a value may be shown: `"abc"`, `12`, `a list`, `[REDACTED]`, or where it came from. Never what a secret
 * key or a substitution holds. Undefined where there is nothing to show.
 */
export function showValue(node: ConfigNode | undefined, schemas: readonly z.core.$ZodType[]): string | undefined {
  if (node === undefined) return undefined;
  if (node.kind !== "scalar") return `current value is a ${node.kind}`;
  const origins = [...new Set(node.references.map((reference) => reference.label))].join(" and ");
  if (holdsSecret(schemas)) return `current value is ${REDACTED}${origins === "" ? "" : ` from ${origins}`}`;
  if (origins !== "") return `current value comes from ${origins}`;
  if (node.folded) return "current value is a text of several lines; check that each of them has its colon";
  return `current value is ${literal(node)}`;
}

function literal(node: ScalarNode): string {
  if (typeof node.value !== "string") return node.value === null ? "empty" : node.text;
  const characters = Array.from(node.value);
  return characters.length <= MAX_SHOWN_LENGTH
    ? JSON.stringify(node.value)
    : `${JSON.stringify(characters.slice(0, MAX_SHOWN_LENGTH).join(""))} …`;
}

/** Takes confidential texts out of a message that was not written here. */
export type Scrub = (message: string) => string;

/** A scrub for everything below a node: secrets become `[REDACTED]`, substituted texts what stands in the file for them. */
export function scrubber(node: ConfigNode, schemas: readonly z.core.$ZodType[]): Scrub {
  const replacements = new Map<string, string>();
  collect(node, schemas, replacements);
  const ordered = [...replacements].toSorted(([a], [b]) => b.length - a.length);
  return (message) => ordered.reduce((text, [hidden, shown]) => hide(text, hidden, shown), message);
}

function hide(message: string, hidden: string, shown: string): string {
  const quoted = JSON.stringify(hidden);
  const withoutQuoted = message.replaceAll(quoted, () => shown);
  if (hidden.length < MIN_BARE_LENGTH) return shown === REDACTED ? hideWord(withoutQuoted, hidden) : withoutQuoted;
  // The escaped form too: a message may show the value inside a longer quoted text.
  return withoutQuoted.replaceAll(hidden, () => shown).replaceAll(quoted.slice(1, -1), () => shown);
}

function hideWord(message: string, hidden: string): string {
  const literal = hidden.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return message.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, "gu"), () => REDACTED);
}

function collect(node: ConfigNode, schemas: readonly z.core.$ZodType[], found: Map<string, string>): void {
  if (node.kind === "list") {
    for (const [index, item] of node.items.entries()) collect(item, childSchemas(schemas, index), found);
  } else if (node.kind === "mapping") {
    for (const [key, entry] of node.entries) collect(entry.value, childSchemas(schemas, key), found);
  } else {
    for (const { text, label } of node.references) add(text, label, found);
    if (holdsSecret(schemas)) add(node.text, REDACTED, found);
  }
}

function add(text: string, shown: string, found: Map<string, string>): void {
  // A message may quote a single line of a PEM file.
  for (const part of new Set([text, ...text.split("\n")])) if (part !== "") found.set(part, shown);
}
