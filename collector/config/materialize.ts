import type { z } from "zod";
import { type ConfigNode, isEmpty, type ScalarNode } from "./node.ts";
import { acceptsText, acceptsTyped, childSchemas, wantsMapping } from "./schema-walk.ts";

/** Stands for a value whose substitution failed: no schema accepts it, so nothing is built on a wrong value. */
const FAILED = Symbol("failed substitution");

/**
 * The plain value of a node, as its schemas want it: a value that is one substitution as a whole arrives as text where
 * text is asked for and with its YAML type elsewhere; an empty value as `{}` where a mapping is asked for, else as undefined.
 */
export function materialize(node: ConfigNode, schemas: readonly z.core.$ZodType[]): unknown {
  if (node.kind === "list") {
    return node.items.map((item, index) => materialize(item, childSchemas(schemas, index)));
  }
  if (node.kind === "scalar") return materializeScalar(node, schemas);
  const entries = [...node.entries].map(([key, entry]) => [key, materialize(entry.value, childSchemas(schemas, key))]);
  return Object.fromEntries(entries);
}

function materializeScalar(node: ScalarNode, schemas: readonly z.core.$ZodType[]): unknown {
  if (node.failed) return FAILED;
  if (node.retypable) {
    return acceptsTyped(schemas, node.value) || !acceptsText(schemas) ? (node.value ?? undefined) : node.text;
  }
  if (!isEmpty(node)) return node.value;
  if (acceptsTyped(schemas, null)) return null;
  return wantsMapping(schemas) ? {} : undefined;
}
