import type { JsonValue } from "../../collector/record.ts";
import { CONTEXT } from "./context.ts";
import type { Kind } from "./kinds.ts";
import { comparable } from "./operation.ts";
import { XDR_PREFIX, type XdrOptions } from "./options.ts";
import { parsePath, type Step } from "./paths.ts";
import { fieldNumber } from "./record-reader.ts";
import { RULES } from "./rules/registry.ts";
import type { Rule } from "./rules/rule.ts";
import { plainText } from "./rules/text.ts";
import { SCHEMA_FIELDS, type XdrSchema } from "./schema/schemas.ts";
import type { Subject } from "./subject.ts";
import { exceptionsOf, type Row, sourcesOf, targetsOf, type When } from "./tables/row.ts";
import { ownRowsOf, TABLES } from "./tables/tables.ts";

/** Where a row reads from. */
export type Source =
  | { readonly kind: "field"; readonly field: number; readonly steps: readonly Step[]; readonly path: string }
  | { readonly kind: "context"; readonly read: (subject: Subject) => JsonValue | undefined }
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "constant"; readonly value: string };

/** A condition on what a source holds. */
export interface Test {
  readonly source: Source;
  /** As `comparable` gives them. */
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
  /** Names of the attributes that it fills. */
  readonly targets: readonly string[];
  readonly sources: readonly Source[];
  readonly rule: Rule;
  /** True when the rule gives `null` or a `Spare` in places. */
  readonly hesitates: boolean;
  readonly join: string | undefined;
  readonly collect: boolean;
  /** Of the texts that do not count. */
  readonly except: readonly Source[];
  readonly only: boolean;
  readonly conditions: Conditions | undefined;
  /** What it yields for every record. */
  readonly constant: string | undefined;
}

/** The rows that apply to one kind of record in one schema, ready to run, and the fields that are kept as they are. */
export interface Plan {
  /** Attributes that are never written, each with the conditions under which it is not. */
  readonly drops: readonly Pick<CompiledRow, "targets" | "conditions">[];
  readonly rows: readonly CompiledRow[];
  /** Top-level fields that become extension attributes; undefined: all of them. */
  readonly kept: ReadonlySet<string> | undefined;
}

/**
 * Compiles the rows that can apply to a kind of record: those of the user's own, then the built-in ones.
 *
 * @throws {RangeError} When a row names a path or a context value that does not exist.
 */
export function compilePlan(schema: XdrSchema, kind: Kind, options: XdrOptions): Plan {
  const own = ownRowsOf(options.mapping, schema).filter((row) => appliesTo(row.when, kind));
  const replaced = new Set(own.filter((row) => row.replace === true).flatMap(targetsOf));
  const kept = new Set<string>();
  const rows: CompiledRow[] = [];
  const add = (row: Row, targets: readonly string[]): void => {
    const wanted = targets.filter((target) => mayEmit(target, schema, options.emitUnverified ?? false));
    if (wanted.length > 0) rows.push(compileRow(row, wanted, options));
  };
  for (const row of own) if (row.drop !== true) add(row, targetsOf(row));
  for (const entry of TABLES[schema]) {
    if (!appliesTo(entry.when, kind)) continue;
    if ("keep" in entry) {
      for (const field of entry.keep) kept.add(field);
    } else if (entry.keeps !== true || options.extensions !== "none") {
      add(
        entry,
        targetsOf(entry).filter((target) => !replaced.has(target)),
      );
    }
  }
  const drops = own
    .filter((row) => row.drop === true)
    .map((row) => ({
      targets: targetsOf(row).map((target) => nameOf(target, options)),
      conditions: compileConditions(row.when, options),
    }));
  return { drops, rows, kept: keptWith(options, kept) };
}

function keptWith({ extensions = "all" }: XdrOptions, named: ReadonlySet<string>): ReadonlySet<string> | undefined {
  return extensions === "all" ? undefined : extensions === "common" ? named : new Set();
}

function appliesTo(when: When | undefined, kind: Kind): boolean {
  return when?.kinds === undefined || when.kinds.includes(kind);
}

/** The name of an attribute that tables name. */
function nameOf(target: string, { prefix = XDR_PREFIX }: XdrOptions): string {
  return target.startsWith(XDR_PREFIX) ? prefix + target.slice(XDR_PREFIX.length) : target;
}

/** False for `xdr.` attributes that are no field of the schema, or one of which name or values are not confirmed. */
export function mayEmit(target: string, schema: XdrSchema, emitUnverified: boolean): boolean {
  if (!target.startsWith(XDR_PREFIX) || target === "xdr.schema") return true;
  const name = target.slice(XDR_PREFIX.length);
  const field = Object.hasOwn(SCHEMA_FIELDS[schema], name) ? SCHEMA_FIELDS[schema][name] : undefined;
  return field !== undefined && (field.unverified === undefined || emitUnverified);
}

function compileRow(row: Row, targets: readonly string[], options: XdrOptions): CompiledRow {
  return {
    targets: targets.map((target) => nameOf(target, options)),
    sources: sourcesOf(row).map((text) => compileSource(text, options)),
    rule: row.values === undefined ? RULES[row.rule ?? "text"].apply : translation(row.values),
    hesitates: row.values === undefined && RULES[row.rule ?? "text"].hesitates,
    join: row.join,
    collect: row.collect ?? false,
    except: exceptionsOf(row).map((text) => compileSource(text, options)),
    only: row.only ?? false,
    conditions: compileConditions(row.when, options),
    constant: row.value,
  };
}

function compileSource(text: string, options: XdrOptions): Source {
  if (text.startsWith("'")) return { kind: "constant", value: text.slice(1, -1) };
  if (text.startsWith("@")) return { kind: "attribute", name: nameOf(text.slice(1), options) };
  if (text.startsWith("$")) {
    const value = Object.hasOwn(CONTEXT, text.slice(1)) ? CONTEXT[text.slice(1)] : undefined;
    if (value === undefined) throw new RangeError(`Cannot read source "${text}": there is no such context value`);
    return { kind: "context", read: value.read };
  }
  const { field, steps } = parsePath(text);
  return { kind: "field", field: fieldNumber(field), steps, path: text };
}

function translation(values: Readonly<Record<string, string>>): Rule {
  const entries = Object.entries(values).filter(([, name]) => name !== "");
  const table = new Map([...entries.map(([text, name]) => [text.toLowerCase(), name] as const), ...entries]);
  return (value) => {
    const found = plainText(value);
    return found === undefined ? undefined : (table.get(found) ?? table.get(found.toLowerCase()));
  };
}

function compileConditions(when: When | undefined, options: XdrOptions): Conditions | undefined {
  if (when === undefined) return undefined;
  const tests: Test[] = [];
  if (when.field !== undefined) tests.push(compileTest(when.field, true, options));
  if (when.not !== undefined) tests.push(compileTest(when.not, false, options));
  if (when.operations === undefined && when.outcomes === undefined && tests.length === 0) return undefined;
  return {
    operations: when.operations === undefined ? undefined : new Set(when.operations.map(comparable)),
    outcomes: when.outcomes === undefined ? undefined : new Set(when.outcomes),
    tests,
  };
}

function compileTest(
  test: { readonly path: string; readonly in: readonly string[] },
  wanted: boolean,
  options: XdrOptions,
): Test {
  return { source: compileSource(test.path, options), values: new Set(test.in.map(comparable)), wanted };
}
