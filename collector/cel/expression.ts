import { ParseError, TypeError as CelTypeError, type ParseResult } from "@marcbachmann/cel-js";
import { environment, LINEAR_MATCHES, MEMBERS } from "./environment.ts";
import { translateOttl } from "./ottl.ts";
import { prepare } from "./prepare.ts";
import { type RecordView, VARIABLES } from "./record-view.ts";
import { Absent, fromCel, type PlainValue } from "./values.ts";

/** A compiled condition. */
export interface Condition {
  readonly text: string;
  /** @throws {Error} When the expression cannot be applied to the record, say because a value has another type. */
  matches(view: RecordView): boolean;
}

/** A compiled value. */
export interface ValueExpression {
  readonly text: string;
  /** What it gives, as far as it is known beforehand: `string`, `int` …, `dyn` when it is not. */
  readonly type: string;
  /**
   * Undefined when there is nothing to give.
   *
   * @throws {Error} When the expression cannot be applied to the record.
   */
  value(view: RecordView): PlainValue | undefined;
}

/** An expression that cannot be used: what is wrong and, after a semicolon, what to do. */
export interface ExpressionFault {
  readonly fault: string;
}

/** Compiles and type-checks a CEL expression that says yes or no. */
export function compileCondition(text: string): Condition | ExpressionFault {
  const compiled = compile(text, "condition");
  if ("fault" in compiled) return compiled;
  const { run, type } = compiled;
  if (type !== "bool" && type !== "dyn") {
    return { fault: `is no condition: it gives ${type}, not bool; compare it with something, as in ${text} == …` };
  }
  return {
    text,
    matches(view) {
      const result: unknown = run(view);
      if (typeof result === "boolean") return result;
      if (result instanceof Absent) return false;
      throw new TypeError(`the condition gave ${typeof result}, not bool`);
    },
  };
}

/** Compiles and type-checks a CEL expression that gives a value. */
export function compileValue(text: string): ValueExpression | ExpressionFault {
  const compiled = compile(text, "expression");
  if ("fault" in compiled) return compiled;
  return { text, type: compiled.type, value: (view) => fromCel(compiled.run(view)) };
}

/** What an evaluation that threw says, on one line and without the expression. */
export function describeEvaluation(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const summary = "summary" in error && typeof error.summary === "string" ? error.summary : error.message;
  return publicNames(summary);
}

interface Compiled {
  readonly run: ParseResult;
  readonly type: string;
}

function compile(text: string, what: "condition" | "expression"): Compiled | ExpressionFault {
  const compiled = compileCel(text);
  if (!("fault" in compiled)) return compiled;
  const cel = translateOttl(text);
  if (cel === undefined) return { fault: `is no valid ${what}: ${compiled.fault}` };
  const offered = cel !== text && !("fault" in compileCel(cel));
  return { fault: `is OTTL, but a ${what} is CEL here; ${offered ? `write ${cel}` : SEE_TABLE}` };
}

const SEE_TABLE = "docs/expressions.md has both side by side";

/** The expression itself when it is CEL, its translation when it is OTTL that can be translated, else undefined. */
export function inCel(text: string): string | undefined {
  if (!("fault" in compileCel(text))) return text;
  const cel = translateOttl(text);
  return cel === undefined || "fault" in compileCel(cel) ? undefined : cel;
}

function compileCel(text: string): Compiled | ExpressionFault {
  let run: ParseResult;
  try {
    run = environment.parse(text);
  } catch (error) {
    return { fault: explain(text, error) };
  }
  const [finding] = prepare(run);
  if (finding !== undefined) return { fault: finding.message };
  const { valid, type = "dyn", error } = run.check();
  return valid ? { run, type } : { fault: explain(text, error) };
}

function explain(text: string, error: unknown): string {
  if (!(error instanceof ParseError) && !(error instanceof CelTypeError)) throw error;
  const summary = publicNames(error.summary).replaceAll("; ", ", ");
  const place = error.range === undefined ? "" : ` ${placeOf(text, error.range.start)}`;
  return `${lowerFirst(summary)}${place}; ${remedy(error.code)}`;
}

const SEEN = Object.keys(VARIABLES).join(", ");

const REMEDIES: Readonly<Record<string, string>> = {
  unknown_variable: `an expression sees ${SEEN}, and the severities by name (WARN); put texts in quotes`,
  no_such_overload: "give both sides the same type",
  no_matching_overload: "docs/expressions.md lists the functions",
  invalid_logical_operand: "compare with == true or == null",
};

function remedy(code: string): string {
  return REMEDIES[code] ?? 'write it in CEL, for example event_name == "MailItemsAccessed"';
}

/** `at character 5`, or `at line 2, character 5` of an expression over several lines. */
function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  const character = `character ${(before.at(-1)?.length ?? 0) + 1}`;
  return text.includes("\n") ? `at line ${before.length}, ${character}` : `at ${character}`;
}

function publicNames(message: string): string {
  return message.replaceAll(LINEAR_MATCHES, "matches").replaceAll(MEMBERS, "in");
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
