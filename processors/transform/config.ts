import { z } from "zod";
import type { Condition, ValueExpression } from "../../collector/cel/expression.ts";
import { celCondition, celTarget, celValue } from "../../collector/cel/fields.ts";
import type { Target } from "../../collector/cel/target.ts";
import { hashKey, refusedKey, ruleName } from "../../collector/config/rule-fields.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { keyedHash } from "../../collector/keyed-hash.ts";
import { explainCollectorTransform } from "./collector-keys.ts";

/** One change of a record. */
export type Action = {
  readonly name: string;
  readonly target: Target;
  readonly when: Condition | undefined;
} & (
  | { readonly kind: "set"; readonly value: ValueExpression }
  | { readonly kind: "delete" }
  | { readonly kind: "rename"; readonly to: Target }
  | { readonly kind: "hash"; readonly hash: (text: string) => string }
  | { readonly kind: "truncate"; readonly maxLength: number }
);

/** Configuration of the `transform` processor. */
export interface TransformConfig {
  readonly actions: readonly Action[];
}

const KINDS = ["set", "delete", "rename", "hash", "truncate"] as const;

const action = z
  .strictObject({
    name: ruleName()
      .optional()
      .describe("Name that failures are counted under. Default: `action-1`, `action-2` … by position"),
    set: celTarget().optional().describe('What gets the value of `value`, for example `attributes["team"]`'),
    value: celValue().optional().describe("With `set`: CEL expression. Where it gives nothing, nothing is set"),
    delete: celTarget().optional().describe("What is taken away"),
    rename: celTarget().optional().describe("What gets the name of `to`"),
    to: celTarget().optional().describe("With `rename`: the new name. What stood there is replaced"),
    hash: celTarget().optional().describe("What is replaced by its keyed one-way hash"),
    truncate: celTarget().optional().describe("A text that is cut at `max_length`"),
    max_length: z.int().min(0).optional().describe("With `truncate`: most characters that stay"),
    when: celCondition().optional().describe("CEL condition; the change is made only where it holds"),
  })
  .superRefine((value, context) => {
    const fail = (message: string, ...path: readonly string[]): void =>
      context.addIssue({ code: "custom", message, path: [...path] });
    const kinds = KINDS.filter((kind) => value[kind] !== undefined);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) return fail(`needs exactly one of ${KINDS.join(", ")}`);
    for (const [key, owner] of [
      ["value", "set"],
      ["to", "rename"],
      ["max_length", "truncate"],
    ] as const) {
      if (kind === owner && value[key] === undefined) fail(`needs ${key} beside ${owner}`);
      if (kind !== owner && value[key] !== undefined) fail(`belongs to ${owner}; remove it`, key);
    }
    const fault = value.set === undefined ? undefined : typeFault(value.set, value.value);
    if (fault !== undefined) fail(fault, "value");
  });

/** The two parts of a record that take one type only. */
function typeFault(target: Target, value: ValueExpression | undefined): string | undefined {
  if (value === undefined || value.type === "dyn") return undefined;
  const wanted = target.part === "event_name" ? "string" : target.part === "severity" ? "int" : value.type;
  return value.type === wanted
    ? undefined
    : `gives ${value.type}, but ${target.part} takes ${wanted}; convert it with ${wanted}()`;
}

export const transformConfig: ConfigSpec<TransformConfig> = z
  .strictObject({
    actions: z.array(action).min(1).describe("Changes, made in order; each sees what those before it did"),
    hash_key: hashKey()
      .optional()
      .describe(
        "Key of the hash, at least 16 characters. Whoever has it can find out whether a value is one they guess",
      ),
    log_statements: refusedKey((value) => explainCollectorTransform("log_statements", value)),
    error_mode: refusedKey((value) => explainCollectorTransform("error_mode", value)),
  })
  .superRefine((value, context) => {
    const hashing = value.actions.findIndex(({ hash }) => hash !== undefined);
    if (hashing === -1 || value.hash_key !== undefined) return;
    const message = "needs a key; add hash_key beside actions, from a variable or a file";
    context.addIssue({ code: "custom", path: ["actions", hashing, "hash"], message });
  })
  .transform((value) => {
    const hash = value.hash_key === undefined ? (text: string) => text : keyedHash(value.hash_key);
    return { actions: value.actions.flatMap((one, index) => readAction(one, index, hash)) };
  });

function readAction(one: z.output<typeof action>, index: number, hash: (text: string) => string): readonly Action[] {
  const common = { name: one.name ?? `action-${index + 1}`, when: one.when };
  if (one.set !== undefined && one.value !== undefined)
    return [{ ...common, kind: "set", target: one.set, value: one.value }];
  if (one.delete !== undefined) return [{ ...common, kind: "delete", target: one.delete }];
  if (one.rename !== undefined && one.to !== undefined)
    return [{ ...common, kind: "rename", target: one.rename, to: one.to }];
  if (one.hash !== undefined) return [{ ...common, kind: "hash", target: one.hash, hash }];
  if (one.truncate === undefined || one.max_length === undefined) return [];
  return [{ ...common, kind: "truncate", target: one.truncate, maxLength: one.max_length }];
}
