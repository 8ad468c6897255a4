import { z } from "zod";
import { hashKey, ruleName } from "../../collector/config/rule-fields.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";
import { keyedHash } from "../../collector/keyed-hash.ts";
import { compileLinearRegex, type LinearRegex } from "../../collector/linear-regex.ts";

/** What stands in the place of a value. */
export type Replace = (value: string) => string;

/** One rule: values of some names, or whatever matches a pattern. */
export type RedactRule = { readonly name: string; readonly replace: Replace } & (
  | { readonly kind: "names"; /** In lower case. */ readonly names: ReadonlySet<string> }
  | { readonly kind: "pattern"; readonly regex: LinearRegex }
);

/** Configuration of the `redact` processor. */
export interface RedactConfig {
  readonly rules: readonly RedactRule[];
  readonly replacement: string;
}

const rule = z
  .strictObject({
    name: ruleName()
      .optional()
      .describe("Name that redacted values are counted under. Default: `rule-1`, `rule-2` … by position"),
    names: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "Attributes and fields of the body, in any case and at any depth, whose values go, wherever in the record they stand",
      ),
    pattern: pattern()
      .optional()
      .describe("Regular expression (RE2 syntax) for what goes from any text of the body and the attributes"),
    method: z
      .enum(["replace", "hash"])
      .default("replace")
      .describe("`replace` puts `replacement` in the place, `hash` a keyed one-way hash: equal values stay equal"),
  })
  .refine((value) => (value.names === undefined) !== (value.pattern === undefined), {
    message: "needs either names or pattern, not both",
  });

function pattern(): z.ZodType<LinearRegex, string> {
  return z
    .string()
    .min(1)
    .transform((text, context) => {
      const regex = compileLinearRegex(text);
      if (!("fault" in regex)) {
        if (!regex.test("")) return regex;
        context.addIssue({
          code: "custom",
          message: "matches the empty text; let it ask for at least one character",
          input: text,
        });
        return z.NEVER;
      }
      const remedy = "write it in RE2 syntax, which has no lookarounds and backreferences";
      context.addIssue({
        code: "custom",
        message: `is no valid regular expression: ${regex.fault}; ${remedy}`,
        input: text,
      });
      return z.NEVER;
    });
}

export const redactConfig: ConfigSpec<RedactConfig> = z
  .strictObject({
    rules: z.array(rule).min(1).describe("Rules, all of which apply, in order"),
    replacement: z.string().default("[REDACTED]").describe("What stands in the place of a value that is replaced"),
    hash_key: hashKey()
      .optional()
      .describe(
        "Key of the hash, at least 16 characters. Whoever has it can find out whether a value is one they guess",
      ),
  })
  .superRefine((value, context) => {
    const hashing = value.rules.findIndex(({ method }) => method === "hash");
    if (hashing === -1 || value.hash_key !== undefined) return;
    const message = "needs a key; add hash_key beside rules, from a variable or a file";
    context.addIssue({ code: "custom", path: ["rules", hashing, "method"], message });
  })
  .superRefine((value, context) => {
    const names = value.rules.map(nameOf);
    for (const [index, name] of names.entries()) {
      const path = ["rules", index, "name"];
      const message = "is the name of another rule already; choose one of its own";
      if (names.indexOf(name) < index) context.addIssue({ code: "custom", path, message });
    }
  })
  .transform((value) => {
    const hash = value.hash_key === undefined ? undefined : keyedHash(value.hash_key);
    const replace = (): string => value.replacement;
    return {
      replacement: value.replacement,
      rules: value.rules.flatMap((one, index): RedactRule[] => {
        const common = { name: nameOf(one, index), replace: one.method === "hash" ? (hash ?? replace) : replace };
        if (one.pattern !== undefined) return [{ ...common, kind: "pattern", regex: one.pattern }];
        const names = new Set(one.names?.map((name) => name.toLowerCase()));
        return [{ ...common, kind: "names", names }];
      }),
    };
  });

function nameOf(one: z.output<typeof rule>, index: number): string {
  return one.name ?? `rule-${index + 1}`;
}
