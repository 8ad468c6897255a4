import { z } from "zod";
import { secret } from "./fields.ts";
import type { Secret } from "./secret.ts";

const NAME = /^[\w.-]{1,64}$/;
/** A key that can be guessed is none. */
const MIN_KEY_LENGTH = 16;

/** The name of a rule or an action, an attribute of what is counted about it. */
export function ruleName(): z.ZodType<string, string> {
  return z.string().regex(NAME, "must be letters, digits, dots, dashes and underscores, at most 64");
}

/** `hash_key:` of what makes keyed hashes. */
export function hashKey(): z.ZodType<Secret, string> {
  return secret().refine(
    (key) => key.reveal().length >= MIN_KEY_LENGTH,
    `must have at least ${MIN_KEY_LENGTH} characters; take random ones`,
  );
}

/** A key of the Collector that is there to be refused, with what to write instead. */
export function refusedKey(explain: (value: unknown) => string): z.ZodType {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value !== undefined) context.addIssue({ code: "custom", message: explain(value), input: value });
    })
    .meta({ not: {} })
    .optional();
}
