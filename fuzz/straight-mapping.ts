import type { Attributes } from "@opentelemetry/api";
import type { JsonValue } from "../collector/record.ts";
import { recordTypeNumber } from "../collector/record-types.ts";
import { mayEmit } from "../processors/xdr/compile.ts";
import { CONTEXT } from "../processors/xdr/context.ts";
import { extensionName } from "../processors/xdr/extension-names.ts";
import { extensionValue } from "../processors/xdr/extensions.ts";
import { documentedType } from "../processors/xdr/field-types.ts";
import { KINDS, type Kind } from "../processors/xdr/kinds.ts";
import type { AuditSource } from "../processors/xdr/mapper.ts";
import { operationKey } from "../processors/xdr/operation.ts";
import type { XdrOptions } from "../processors/xdr/options.ts";
import { follow, parsePath, type Path } from "../processors/xdr/paths.ts";
import { readerOf } from "../processors/xdr/record-reader.ts";
import { kindOf } from "../processors/xdr/routing.ts";
import { isInterrupted, outcomeOf } from "../processors/xdr/rules/outcome.ts";
import { RULES } from "../processors/xdr/rules/registry.ts";
import { type Rule, Spare } from "../processors/xdr/rules/rule.ts";
import { plainText, text } from "../processors/xdr/rules/text.ts";
import { micros } from "../processors/xdr/rules/time.ts";
import { isSecretKey } from "../processors/xdr/secrets.ts";
import { blankSubject, type Subject } from "../processors/xdr/subject.ts";
import { type Extension, type Row, sourcesOf, targetsOf, type When } from "../processors/xdr/tables/row.ts";
import { ownRowsOf, TABLES } from "../processors/xdr/tables/tables.ts";

const BLANK = blankSubject(undefined);

/**
 * Maps a record as the tables say it, row after row, looking up every name in the record: no compiled plans, no
 * programs. What the processor does must come to the same. For options without `prefix` and `originalData`.
 */
export function mapStraight(source: AuditSource, options: XdrOptions): Attributes {
  const record = source.record ?? {};
  const type = recordTypeNumber(record["RecordType"] ?? source.attributes?.["o365.record_type"]);
  const contentType = source.attributes?.["o365.content_type"];
  const reader = readerOf(record);
  const kind = kindOf(reader, type, typeof contentType === "string" ? contentType : undefined);
  const { schema, withoutAntivirus } = KINDS[kind];
  const subject: Subject = { ...BLANK, reader, tenantId: options.tenantId };
  subject.kind = kind;
  subject.schema = (options.antivirus ?? true) ? schema : (withoutAntivirus ?? schema);
  subject.recordType = type;
  subject.outcome = outcomeOf(reader, subject.schema === "auth");
  subject.interrupted = subject.schema === "auth" && isInterrupted(reader);
  subject.eventTime = micros(record["CreationTime"] ?? null);
  subject.ingestTime = source.nowMs === undefined ? undefined : Math.floor(source.nowMs * 1000);
  subject.sensorId = options.sensorId ?? source.integration;
  return new Straight(source, options, subject).run();
}

class Straight {
  readonly #source: AuditSource;
  readonly #options: XdrOptions;
  readonly #subject: Subject;
  readonly #closed = new Set<string>();
  readonly #attributes = new Map<string, unknown>();

  constructor(source: AuditSource, options: XdrOptions, subject: Subject) {
    this.#source = source;
    this.#options = options;
    this.#subject = subject;
  }

  run(): Attributes {
    const { schema, kind } = this.#subject;
    const own = ownRowsOf(this.#options.mapping, schema).filter((row) => appliesTo(row.when, kind));
    const table = TABLES[schema].filter((entry) => appliesTo(entry.when, kind));
    const replaced = new Set(own.filter((row) => row.replace === true).flatMap(targetsOf));
    for (const row of own) {
      if (row.drop === true && this.#holds(row.when)) for (const target of targetsOf(row)) this.#closed.add(target);
    }
    for (const [name, value] of Object.entries(this.#source.attributes ?? {})) {
      if (name !== "__proto__" && value !== undefined) this.#set(name, value);
    }
    for (const row of own) if (row.drop !== true) this.#row(row, targetsOf(row));
    for (const entry of table) {
      if ("keep" in entry || (entry.keeps === true && this.#options.extensions === "none")) continue;
      this.#row(
        entry,
        targetsOf(entry).filter((target) => !replaced.has(target)),
      );
    }
    this.#extensions(table);
    return Object.fromEntries(this.#attributes);
  }

  #set(name: string, value: unknown): void {
    if (!this.#attributes.has(name) && !this.#closed.has(name)) this.#attributes.set(name, value);
  }

  #row(row: Row, targets: readonly string[]): void {
    const emitUnverified = this.#options.emitUnverified ?? false;
    const open = targets
      .filter((target) => !this.#attributes.has(target) && !this.#closed.has(target))
      .filter((target) => mayEmit(target, this.#subject.schema, emitUnverified));
    if (open.length === 0 || !this.#holds(row.when)) return;
    const value = row.value ?? this.#valueOf(row);
    if (value === undefined || value === "") return;
    for (const target of open) {
      if (value === null) this.#closed.add(target);
      else this.#set(target, value);
    }
  }

  #valueOf(row: Row): unknown {
    const rule = row.values === undefined ? RULES[row.rule ?? "text"].apply : translation(row.values);
    const found = sourcesOf(row).map((source) => this.#read(source, rule));
    if (row.join !== undefined) return found.filter((one) => typeof one === "string" && one !== "").join(row.join);
    if (row.collect === true) {
      const all = [...new Set(found.flatMap((one): readonly unknown[] => (Array.isArray(one) ? one : [])))];
      return all.length === 0 ? undefined : all;
    }
    const sure = found.find((one) => one !== undefined && !(one instanceof Spare));
    if (sure !== undefined) return sure;
    const spare = found.find((one) => one instanceof Spare);
    return spare instanceof Spare ? spare.value : undefined;
  }

  #read(source: string, rule: Rule): unknown {
    const name = source.slice(1);
    if (source.startsWith("'")) return rule(name.slice(0, -1));
    if (source.startsWith("@")) {
      const value = this.#attributes.get(name);
      return typeof value === "string" ? rule(value) : undefined;
    }
    if (source.startsWith("$")) {
      const value = CONTEXT[name]?.read(this.#subject);
      return value === undefined ? undefined : rule(value);
    }
    const { field, steps } = pathOf(source);
    const record = this.#source.record ?? {};
    return follow(Object.hasOwn(record, field) ? record[field] : undefined, steps, 0, rule);
  }

  #holds(when: When | undefined): boolean {
    if (when === undefined) return true;
    const operation = this.#source.record?.["Operation"];
    const key = typeof operation === "string" ? operationKey(operation) : undefined;
    if (when.outcomes?.includes(this.#subject.outcome) === false) return false;
    if (when.operations?.some((one) => operationKey(one) === key) === false) return false;
    const has = ({ path, in: texts }: { path: string; in: readonly string[] }): boolean => {
      const found = this.#read(path, text);
      return typeof found === "string" && texts.includes(found);
    };
    return (when.field === undefined || has(when.field)) && (when.not === undefined || !has(when.not));
  }

  #extensions(table: readonly (Row | Extension)[]): void {
    const { extensions = "all" } = this.#options;
    const record = this.#source.record ?? {};
    const named = new Set(table.flatMap((entry) => ("keep" in entry ? entry.keep : [])));
    for (const field of extensions === "all" ? Object.keys(record) : extensions === "common" ? named : []) {
      const name = extensionName(field);
      const value: JsonValue | undefined = Object.hasOwn(record, field) ? record[field] : undefined;
      if (name === undefined || isSecretKey(field) || value === undefined || value === null || value === "") continue;
      const after = extensionValue(documentedType(field), value);
      if (after !== undefined) this.#set(name, after);
    }
  }
}

/** Taking them apart takes longer than all the rest; what they say never changes. */
const paths = new Map<string, Path>();

function pathOf(source: string): Path {
  const known = paths.get(source) ?? parsePath(source);
  paths.set(source, known);
  return known;
}

function appliesTo(when: When | undefined, kind: Kind): boolean {
  return when?.kinds === undefined || when.kinds.includes(kind);
}

function translation(values: Readonly<Record<string, string>>): Rule {
  return (value) => {
    const word = plainText(value)?.toLowerCase();
    return Object.entries(values).find(([from]) => from.toLowerCase() === word)?.[1];
  };
}
