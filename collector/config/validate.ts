import type { z } from "zod";
import { type Scrub, scrubber } from "./confidential.ts";
import { explainIssues, NO_MESSAGE } from "./issues.ts";
import { materialize } from "./materialize.ts";
import { type ConfigNode, hasFailed, locate, locateKey } from "./node.ts";
import type { ConfigPath, ProblemList } from "./problem.ts";

/** The whole merged configuration, for finding places in it, and where problems go. */
export interface Validation {
  readonly root: ConfigNode;
  readonly problems: ProblemList;
}

/** What a schema made of a node. */
export type Validated<T> =
  | { readonly valid: true; readonly value: T; readonly scrub: Scrub }
  | { readonly valid: false };

/** Puts a node through a schema and reports every mistake with its place. `path` leads from the top to the node. */
export function validate<T>(
  schema: z.ZodType<T>,
  node: ConfigNode,
  path: ConfigPath,
  { root, problems }: Validation,
): Validated<T> {
  const scrub = scrubber(node, [schema]);
  const result = schema.safeParse(materialize(node, [schema]), { error: () => NO_MESSAGE });
  if (result.success) return hasFailed(node) ? { valid: false } : { valid: true, value: result.data, scrub };
  for (const finding of explainIssues(result.error.issues, { node, schema, scrub })) {
    const whole = [...path, ...finding.path];
    const origin = finding.at === "key" ? locateKey(root, whole) : locate(root, whole);
    problems.error(origin, whole, finding.message);
  }
  return { valid: false };
}
