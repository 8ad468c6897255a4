import type { JsonValue } from "../../collector/record.ts";
import type { AttributeSheet } from "./attribute-sheet.ts";
import { CONTEXT } from "./context.ts";
import { operationKey } from "./operation.ts";
import { parsePath, type Path } from "./paths.ts";
import type { Kind } from "./kinds.ts";
import type { XdrOptions } from "./options.ts";
import { RULES } from "./rules/registry.ts";
import type { Rule } from "./rules/rule.ts";
import { plainText } from "./rules/text.ts";
import { SCHEMA_FIELDS, type XdrSchema } from "./schema/schemas.ts";
import type { Subject } from "./subject.ts";
import type { Row, Table, When } from "./tables/row.ts";

/** Where a row reads from. */
export type Source =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "context"; readonly read: (subject: Subject) => JsonValue | undefined }
  | { readonly kind: "attribute"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: string };

/** A condition on what a source holds. */
interface Test {
  readonly source: Source;
  readonly values: ReadonlySet<string>;
  readonly wanted: boolean;
}

/** Conditions that have to be tested on each record. */
export interface Conditions {
  readonly operations: ReadonlySet<string> | undefined;
  readonly outcomes: ReadonlySet<string> | undefined;
  readonly tests: readonly Test[];
}

/** A row, ready to run. */
export interface CompiledRow {
  /** Slots of the attributes that it fills. */
  readonly slots: readonly number[];
  readonly sources: readonly Source[];
  readonly rule: Rule;
  readonly join: string | undefined;
  readonly collect: boolean;
  readonly conditions: Conditions | undefined;
  /** What it yields for every record. */
  readonly constant: string | undefined;
}

/** The rows that apply to one kind of record in one schema, ready to run, and the fields that are kept as they are. */
export interface Plan {
  readonly rows: readonly CompiledRow[];
  readonly kept: readonly string[];
  /** Slot of `o365.severity`. */
  readonly severitySlot: number;
}

/**
 * Compiles the rows that can apply to a kind of record.
 *
 * @throws {RangeError} When a row names a path, a rule or a context value that does not exist.
 */
export function compileTable(
  table: Table,
  schema: XdrSchema,
  kind: Kind,
  { emitUnverified = false, extensions = "all" }: Pick<XdrOptions, "emitUnverified" | "extensions">,
  sheet: AttributeSheet,
): Plan {
  const rows: CompiledRow[] = [];
  const kept = new Set<string>();
  for (const entry of table) {
    if (entry.when?.kinds !== undefined && !entry.when.kinds.includes(kind)) continue;
    if ("keep" in entry) {
      for (const field of entry.keep) kept.add(field);
      continue;
    }
    if (entry.keeps === true && extensions === "none") continue;
    const targets = (typeof entry.to === "string" ? [entry.to] : entry.to).filter((target) =>
      mayEmit(target, schema, emitUnverified),
    );
    if (targets.length > 0) rows.push(compileRow(entry, targets, sheet));
  }
  return { rows, kept: [...kept], severitySlot: sheet.slot("o365.severity") };
}

/** False for `xdr.` attributes that are no field of the schema, or one of which name or values are not confirmed. */
export function mayEmit(target: string, schema: XdrSchema, emitUnverified: boolean): boolean {
  if (!target.startsWith("xdr.") || target === "xdr.schema") return true;
  const name = target.slice("xdr.".length);
  const field = Object.hasOwn(SCHEMA_FIELDS[schema], name) ? SCHEMA_FIELDS[schema][name] : undefined;
  return field !== undefined && (field.unverified === undefined || emitUnverified);
}

function compileRow(row: Row, targets: readonly string[], sheet: AttributeSheet): CompiledRow {
  return {
    slots: targets.map((target) => sheet.slot(target)),
    sources: (row.from ?? []).map((text) => compileSource(text, sheet)),
    rule: row.values === undefined ? RULES[row.rule ?? "text"] : translation(row.values),
    join: row.join,
    collect: row.collect ?? false,
    conditions: compileConditions(row.when, sheet),
    constant: row.value,
  };
}

function compileSource(text: string, sheet: AttributeSheet): Source {
  if (text.startsWith("'")) return { kind: "constant", value: text.slice(1, -1) };
  if (text.startsWith("@")) return { kind: "attribute", slot: sheet.slot(text.slice(1)) };
  if (text.startsWith("$")) {
    const read = Object.hasOwn(CONTEXT, text.slice(1)) ? CONTEXT[text.slice(1)] : undefined;
    if (read === undefined) throw new RangeError(`Cannot read source "${text}": there is no such context value`);
    return { kind: "context", read };
  }
  const path = parsePath(text);
  return path.steps.length === 0 ? { kind: "field", name: path.field } : { kind: "path", path };
}

function translation(values: Readonly<Record<string, string>>): Rule {
  const table = new Map(Object.entries(values).map(([text, name]) => [text.toLowerCase(), name]));
  return (value) => {
    const found = plainText(value);
    return found === undefined ? undefined : table.get(found.toLowerCase());
  };
}

function compileConditions(when: When | undefined, sheet: AttributeSheet): Conditions | undefined {
  if (when === undefined) return undefined;
  const tests: Test[] = [];
  if (when.field !== undefined) tests.push(compileTest(when.field, true, sheet));
  if (when.not !== undefined) tests.push(compileTest(when.not, false, sheet));
  if (when.operations === undefined && when.outcomes === undefined && tests.length === 0) return undefined;
  return {
    operations: when.operations === undefined ? undefined : new Set(when.operations.map(operationKey)),
    outcomes: when.outcomes === undefined ? undefined : new Set(when.outcomes),
    tests,
  };
}

function compileTest(
  test: { readonly path: string; readonly in: readonly string[] },
  wanted: boolean,
  sheet: AttributeSheet,
): Test {
  return { source: compileSource(test.path, sheet), values: new Set(test.in), wanted };
}
