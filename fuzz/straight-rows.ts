import type { JsonObject } from "../collector/record.ts";
import { mayEmit } from "../processors/xdr/compile.ts";
import { CONTEXT, readerOfKnown } from "../processors/xdr/context.ts";
import type { Kind } from "../processors/xdr/kinds.ts";
import { comparable } from "../processors/xdr/operation.ts";
import type { XdrOptions } from "../processors/xdr/options.ts";
import { follow, parsePath } from "../processors/xdr/paths.ts";
import { RULES } from "../processors/xdr/rules/registry.ts";
import type { Rule } from "../processors/xdr/rules/rule.ts";
import { plainText, text } from "../processors/xdr/rules/text.ts";
import type { XdrSchema } from "../processors/xdr/schema/schemas.ts";
import type { Subject } from "../processors/xdr/subject.ts";
import { exceptionsOf, type Row, sourcesOf, targetsOf, type When } from "../processors/xdr/tables/row.ts";
import { ownRowsOf, TABLES } from "../processors/xdr/tables/tables.ts";

/** A record while it is mapped. */
export interface Scene {
  readonly record: JsonObject;
  readonly subject: Subject;
  readonly options: XdrOptions;
  /** The attributes that it has so far. */
  readonly attributes: ReadonlyMap<string, unknown>;
}

/** What a record holds where a row looks, as the row's rule understands it. */
export type Read = (scene: Scene) => unknown;

/** A row as it stands in a table, its texts taken apart: only that does not have to be done again for each record. */
export interface StraightRow {
  readonly row: Row;
  readonly targets: readonly string[];
  readonly sources: readonly Read[];
  /** Of what does not count. */
  readonly exceptions: readonly Read[];
  readonly holds: (scene: Scene) => boolean;
}

/** What the tables say about one kind of record in one schema, in the order in which they say it. */
export interface StraightTable {
  readonly drops: readonly StraightRow[];
  readonly rows: readonly StraightRow[];
  /** Fields that the table keeps under their own names. */
  readonly kept: readonly string[];
}

/** Reads the tables: the rows that are for a kind of record, those of the user's own first. */
export function straightTable(schema: XdrSchema, kind: Kind, options: XdrOptions): StraightTable {
  const own = ownRowsOf(options.mapping, schema).filter((row) => appliesTo(row.when, kind));
  const shipped = TABLES[schema].filter((entry) => appliesTo(entry.when, kind));
  const replaced = new Set(own.filter((row) => row.replace === true).flatMap(targetsOf));
  const allowed = (target: string): boolean => mayEmit(target, schema, options.emitUnverified ?? false);
  const rows = shipped.flatMap((entry) =>
    "keep" in entry || (entry.keeps === true && options.extensions === "none") ? [] : [entry],
  );
  return {
    drops: own.filter((row) => row.drop === true).map((row) => straightRow(row, () => true)),
    rows: [
      ...own.filter((row) => row.drop !== true).map((row) => straightRow(row, allowed)),
      ...rows.map((row) => straightRow(row, (target) => allowed(target) && !replaced.has(target))),
    ],
    kept: [...new Set(shipped.flatMap((entry) => ("keep" in entry ? entry.keep : [])))],
  };
}

function appliesTo(when: When | undefined, kind: Kind): boolean {
  return when?.kinds === undefined || when.kinds.includes(kind);
}

function straightRow(row: Row, allowed: (target: string) => boolean): StraightRow {
  const rule = row.values === undefined ? RULES[row.rule ?? "text"].apply : translation(row.values);
  return {
    row,
    targets: targetsOf(row).filter(allowed),
    sources: sourcesOf(row).map((source) => readOf(source, rule)),
    exceptions: exceptionsOf(row).map((source) => readOf(source, text)),
    holds: row.when === undefined ? () => true : conditionOf(row.when),
  };
}

function translation(values: Readonly<Record<string, string>>): Rule {
  const words = Object.entries(values).map(([from, to]) => [from.toLowerCase(), to] as const);
  return (value) => {
    const word = plainText(value)?.toLowerCase();
    return words.find(([from]) => from === word)?.[1];
  };
}

function readOf(source: string, rule: Rule): Read {
  const name = source.slice(1);
  if (source.startsWith("'")) return () => rule(name.slice(0, -1));
  if (source.startsWith("@")) {
    return ({ attributes }) => {
      const value = attributes.get(name);
      return typeof value === "string" ? rule(value) : undefined;
    };
  }
  if (source.startsWith("$")) {
    return ({ subject, options }) => {
      const known = CONTEXT[name]?.known(subject.schema, options);
      const value = known === undefined || typeof known === "string" ? known : readerOfKnown(known)(subject);
      return value === undefined ? undefined : rule(value);
    };
  }
  const { field, steps } = parsePath(source);
  return ({ record }) => follow(Object.hasOwn(record, field) ? record[field] : undefined, steps, 0, rule);
}

function conditionOf(when: When): StraightRow["holds"] {
  const operations = when.operations?.map(comparable);
  const field = when.field === undefined ? undefined : testOf(when.field);
  const not = when.not === undefined ? undefined : testOf(when.not);
  return (scene) => {
    if (when.outcomes?.includes(scene.subject.outcome) === false) return false;
    const operation = scene.record["Operation"];
    const key = typeof operation === "string" ? comparable(operation) : undefined;
    if (operations?.some((one) => one === key) === false) return false;
    return (field === undefined || field(scene)) && (not === undefined || !not(scene));
  };
}

function testOf({ path, in: texts }: { readonly path: string; readonly in: readonly string[] }): StraightRow["holds"] {
  const read = readOf(path, text);
  const wanted = texts.map(comparable);
  return (scene) => {
    const found = read(scene);
    return typeof found === "string" && wanted.includes(comparable(found));
  };
}
