import { z } from "zod";
import {
  compileCondition,
  compileValue,
  type Condition,
  type ExpressionFault,
  type ValueExpression,
} from "./expression.ts";
import { parseTarget, type Target } from "./target.ts";

/** A key that takes a CEL condition, compiled and type-checked when the configuration is read. */
export function celCondition(): z.ZodType<Condition, string> {
  return expression(compileCondition);
}

/** A key that takes a CEL expression, compiled and type-checked when the configuration is read. */
export function celValue(): z.ZodType<ValueExpression, string> {
  return expression(compileValue);
}

/** A key that names a part of a record: `attributes["user.name"]`, `body.Actor`, `severity`. */
export function celTarget(): z.ZodType<Target, string> {
  return expression(parseTarget);
}

function expression<T extends object>(compile: (text: string) => T | ExpressionFault): z.ZodType<T, string> {
  return z
    .string()
    .min(1)
    .transform((text, context) => {
      const compiled = compile(text);
      if (!("fault" in compiled)) return compiled;
      context.addIssue({ code: "custom", message: compiled.fault, input: text });
      return z.NEVER;
    });
}
