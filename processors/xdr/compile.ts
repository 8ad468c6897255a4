import type { JsonValue } from "../../collector/record.ts";
import { CONTEXT, readerOfKnown } from "./context.ts";
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
import { exceptionsOf, type Row, sourcesOf, targetsOf, type TestedPath, type When } from "./tables/row.ts";
import { ownRowsOf, TABLES } from "./tables/tables.ts";

/** Where a row reads from. */
export type Source =
  | { readonly kind: "field"; readonly field: number; readonly steps: readonly Step[]; readonly path: string }
  | {
      readonly kind: "context";
      readonly read: (subject: Subject) => JsonValue | undefined;
      /** The member of the subject that is all there is to read. */
      readonly member: keyof Subject | undefined;
    }
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "constant"; readonly value: string };

/** A condition on what a source holds. */
export interface Test {
  /** Undefined: there is never anything to read. */
  readonly source: Source | undefined;
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
    if (wanted.length > 0) rows.push(compileRow(row, wanted, schema, options));
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
      conditions: compileConditions(row.when, schema, options),
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

function compileRow(row: Row, targets: readonly string[], schema: XdrSchema, options: XdrOptions): CompiledRow {
  const compiled = (texts: readonly string[]): readonly Source[] =>
    texts.flatMap((text) => compileSource(text, schema, options) ?? []);
  const sources = compiled(sourcesOf(row));
  const rule = row.values === undefined ? RULES[row.rule ?? "text"].apply : translation(row.values);
  return {
    targets: targets.map((target) => nameOf(target, options)),
    sources,
    rule,
    hesitates: row.values === undefined && RULES[row.rule ?? "text"].hesitates,
    join: row.join,
    collect: row.collect ?? false,
    except: compiled(exceptionsOf(row)),
    only: row.only ?? false,
    conditions: compileConditions(row.when, schema, options),
    constant: row.value ?? constantOf(sources, rule),
  };
}

/** What a row yields that reads nothing but one text which is settled. */
function constantOf([source, ...rest]: readonly Source[], rule: Rule): string | undefined {
  const value = source?.kind === "constant" && rest.length === 0 ? rule(source.value) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Undefined for a context value that is never there with these options. */
function compileSource(text: string, schema: XdrSchema, options: XdrOptions): Source | undefined {
  if (text.startsWith("'")) return { kind: "constant", value: text.slice(1, -1) };
  if (text.startsWith("@")) return { kind: "attribute", name: nameOf(text.slice(1), options) };
  if (!text.startsWith("$")) {
    const { field, steps } = parsePath(text);
    return { kind: "field", field: fieldNumber(field), steps, path: text };
  }
  const value = Object.hasOwn(CONTEXT, text.slice(1)) ? CONTEXT[text.slice(1)] : undefined;
  if (value === undefined) throw new RangeError(`Cannot read source "${text}": there is no such context value`);
  const known = value.known(schema, options);
  if (known === undefined) return undefined;
  if (typeof known === "string") return { kind: "constant", value: known };
  return {
    kind: "context",
    read: readerOfKnown(known),
    member: typeof known === "function" ? undefined : known.member,
  };
}

function translation(values: Readonly<Record<string, string>>): Rule {
  const entries = Object.entries(values).filter(([, name]) => name !== "");
  const table = new Map([...entries.map(([text, name]) => [text.toLowerCase(), name] as const), ...entries]);
  return (value) => {
    const found = plainText(value);
    return found === undefined ? undefined : (table.get(found) ?? table.get(found.toLowerCase()));
  };
}

function compileConditions(when: When | undefined, schema: XdrSchema, options: XdrOptions): Conditions | undefined {
  if (when === undefined) return undefined;
  const tests: Test[] = [];
  const test = ({ path, in: values }: TestedPath, wanted: boolean): void => {
    const source = compileSource(path, schema, options);
    tests.push({ source, values: new Set(values.map(comparable)), wanted });
  };
  if (when.field !== undefined) test(when.field, true);
  if (when.not !== undefined) test(when.not, false);
  if (when.operations === undefined && when.outcomes === undefined && tests.length === 0) return undefined;
  return {
    operations: when.operations === undefined ? undefined : new Set(when.operations.map(comparable)),
    outcomes: when.outcomes === undefined ? undefined : new Set(when.outcomes),
    tests,
  };
}
