import { z } from "zod";
import { explainCollectorFilter } from "./collector-keys.ts";
import { celCondition } from "../../collector/cel/fields.ts";
import type { Condition } from "../../collector/cel/expression.ts";
import { refusedKey, ruleName } from "../../collector/config/rule-fields.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** What becomes of a record. */
export type Verdict = "keep" | "drop";

/** One rule. The first whose condition holds decides. */
export interface FilterRule {
  /** The name that drops are counted under. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly condition: Condition;
}

/** Configuration of the `filter` processor. */
export interface FilterConfig {
  readonly rules: readonly FilterRule[];
  /** For records that no rule is about. */
  readonly fallback: Verdict;
}

const rule = z
  .strictObject({
    name: ruleName()
      .optional()
      .describe("Name that drops and failures are counted under. Default: `rule-1`, `rule-2` … by position"),
    drop: celCondition().optional().describe("CEL condition; records that fulfil it are dropped"),
    keep: celCondition()
      .optional()
      .describe("CEL condition; records that fulfil it are kept, whatever later rules say"),
  })
  .refine((value) => (value.drop === undefined) !== (value.keep === undefined), {
    message: "needs either drop or keep, not both",
  });

export const filterConfig: ConfigSpec<FilterConfig> = z
  .strictObject({
    rules: z.array(rule).min(1).describe("Rules in order; the first whose condition holds decides about a record"),
    default: z.enum(["keep", "drop"]).default("keep").describe("What becomes of records that no rule decides about"),
    logs: refusedKey((value) => explainCollectorFilter("logs", value)),
    log_conditions: refusedKey((value) => explainCollectorFilter("log_conditions", value)),
    error_mode: refusedKey((value) => explainCollectorFilter("error_mode", value)),
  })
  .superRefine((value, context) => {
    const names = new Set<string>();
    for (const [index, name] of value.rules.map(nameOf).entries()) {
      const path = ["rules", index, "name"];
      if (names.has(name))
        context.addIssue({
          code: "custom",
          path,
          message: "is the name of another rule already; choose one of its own",
        });
      names.add(name);
    }
  })
  .transform((value) => ({
    fallback: value.default,
    rules: value.rules.flatMap((one, index): FilterRule[] => {
      const name = nameOf(one, index);
      if (one.drop !== undefined) return [{ name, verdict: "drop", condition: one.drop }];
      return one.keep === undefined ? [] : [{ name, verdict: "keep", condition: one.keep }];
    }),
  }));

function nameOf(one: z.output<typeof rule>, index: number): string {
  return one.name ?? `rule-${index + 1}`;
}
