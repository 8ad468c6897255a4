import { z } from "zod";
import { explainCollectorFilter } from "./collector-keys.ts";
import { celCondition } from "../../collector/cel/fields.ts";
import type { Condition } from "../../collector/cel/expression.ts";
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

const NAME = /^[\w.-]{1,64}$/;

const rule = z
  .strictObject({
    name: z
      .string()
      .regex(NAME, "must be letters, digits, dots, dashes and underscores, at most 64")
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

/** A key of the Collector's filter: it is there to be refused with what to write instead. */
function collectorKey(key: string): z.ZodType {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined) return;
      context.addIssue({ code: "custom", message: explainCollectorFilter(key, value), input: value });
    })
    .meta({ not: {} })
    .optional();
}

export const filterConfig: ConfigSpec<FilterConfig> = z
  .strictObject({
    rules: z.array(rule).min(1).describe("Rules in order; the first whose condition holds decides about a record"),
    default: z.enum(["keep", "drop"]).default("keep").describe("What becomes of records that no rule decides about"),
    logs: collectorKey("logs"),
    log_conditions: collectorKey("log_conditions"),
    error_mode: collectorKey("error_mode"),
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
