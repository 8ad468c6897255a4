import type { JsonValue } from "../collector/record.ts";
import { recordTypeNumber } from "../collector/record-types.ts";
import { extensionName } from "../processors/xdr/extension-names.ts";
import { extensionValue } from "../processors/xdr/extensions.ts";
import { documentedType } from "../processors/xdr/field-types.ts";
import { KINDS, type Kind } from "../processors/xdr/kinds.ts";
import type { AuditSource } from "../processors/xdr/mapper.ts";
import { comparable } from "../processors/xdr/operation.ts";
import type { XdrOptions } from "../processors/xdr/options.ts";
import { type RecordReader, readerOf } from "../processors/xdr/record-reader.ts";
import { KindTeller } from "../processors/xdr/routing.ts";
import { isInterrupted, outcomeOf } from "../processors/xdr/rules/outcome.ts";
import { Spare } from "../processors/xdr/rules/rule.ts";
import { micros } from "../processors/xdr/rules/time.ts";
import type { XdrSchema } from "../processors/xdr/schema/schemas.ts";
import { isSecretKey } from "../processors/xdr/secrets.ts";
import { blankSubject, type Subject } from "../processors/xdr/subject.ts";
import { targetsOf } from "../processors/xdr/tables/row.ts";
import { type Scene, type StraightRow, type StraightTable, straightTable } from "./straight-rows.ts";

const BLANK = blankSubject(undefined);

/** Attributes by name. */
export type StraightAttributes = ReadonlyMap<string, unknown>;

/** What a record is mapped to. */
export interface StraightRecord {
  readonly attributes: StraightAttributes;
  /** Of a mail threat: as mail event. */
  readonly copy: StraightAttributes | undefined;
}

/**
 * Maps records as the tables say it, row after row, looking up every name in the record: no plans, no programs, nothing that
 * depends on which fields a record has. What the processor does must come to the same. For options without `prefix` and
 * `originalData`.
 */
export class StraightMapper {
  readonly #options: XdrOptions;
  readonly #tables = new Map<string, StraightTable>();

  constructor(options: XdrOptions) {
    this.#options = options;
  }

  /** What the processor's mapper gives with `map`, and with `mapEmailCopy`. */
  map(source: AuditSource): StraightRecord {
    const read = readRecord(source);
    const { schema, withoutAntivirus } = KINDS[read.kind];
    const antivirus = this.#options.antivirus ?? true;
    return {
      attributes: this.#map(source, read, antivirus ? schema : (withoutAntivirus ?? schema)),
      copy: read.kind === "mail_threat" ? this.#map(source, read, "email") : undefined,
    };
  }

  #map(source: AuditSource, { reader, type, kind }: ReadRecord, schema: XdrSchema): StraightAttributes {
    const subject: Subject = { ...BLANK, reader, tenantId: this.#options.tenantId };
    subject.kind = kind;
    subject.schema = schema;
    subject.recordType = type;
    subject.outcome = outcomeOf(reader, schema === "auth");
    subject.interrupted = schema === "auth" && isInterrupted(reader);
    subject.eventTime = micros(source.record?.["CreationTime"] ?? null);
    subject.ingestTime = source.nowMs === undefined ? undefined : Math.floor(source.nowMs * 1000);
    subject.sensorId = this.#options.sensorId ?? source.integration;
    return new StraightRun(source, this.#options, subject).run(this.#tableOf(schema, kind));
  }

  #tableOf(schema: XdrSchema, kind: Kind): StraightTable {
    const key = `${schema} ${kind}`;
    const table = this.#tables.get(key) ?? straightTable(schema, kind, this.#options);
    this.#tables.set(key, table);
    return table;
  }
}

/** Maps one record. */
export function mapStraight(source: AuditSource, options: XdrOptions): Record<string, unknown> {
  return Object.fromEntries(new StraightMapper(options).map(source).attributes);
}

interface ReadRecord {
  readonly reader: RecordReader;
  readonly type: number | undefined;
  readonly kind: Kind;
}

function readRecord({ record, attributes }: AuditSource): ReadRecord {
  const type = recordTypeNumber(record?.["RecordType"] ?? attributes?.["o365.record_type"]);
  const contentType = attributes?.["o365.content_type"];
  const reader = readerOf(record ?? {});
  const kind = new KindTeller().kindOf(reader, type, typeof contentType === "string" ? contentType : undefined);
  return { reader, type, kind };
}

class StraightRun {
  readonly #source: AuditSource;
  readonly #options: XdrOptions;
  readonly #closed = new Set<string>();
  readonly #attributes = new Map<string, unknown>();
  readonly #scene: Scene;

  constructor(source: AuditSource, options: XdrOptions, subject: Subject) {
    this.#source = source;
    this.#options = options;
    this.#scene = { record: source.record ?? {}, subject, options, attributes: this.#attributes };
  }

  run({ drops, rows, kept }: StraightTable): StraightAttributes {
    for (const { row, holds } of drops) {
      if (holds(this.#scene)) for (const target of targetsOf(row)) this.#closed.add(target);
    }
    const came = this.#source.attributes ?? {};
    for (const name of Object.keys(came)) {
      if (name !== "__proto__" && came[name] !== undefined) this.#set(name, came[name]);
    }
    for (const row of rows) this.#row(row);
    this.#extensions(kept);
    return this.#attributes;
  }

  #isOpen(name: string): boolean {
    return !this.#attributes.has(name) && !this.#closed.has(name);
  }

  #set(name: string, value: unknown): void {
    if (this.#isOpen(name)) this.#attributes.set(name, value);
  }

  #row(straight: StraightRow): void {
    const { row, targets, holds } = straight;
    if (!targets.some((target) => this.#isOpen(target)) || !holds(this.#scene)) return;
    const value = row.value ?? this.#valueOf(straight);
    if (value === undefined || value === "") return;
    for (const target of targets) {
      if (value !== null) this.#set(target, value);
      else if (this.#isOpen(target)) this.#closed.add(target);
    }
  }

  #valueOf({ row, sources, exceptions }: StraightRow): unknown {
    const excluded = exceptions.map((read) => read(this.#scene));
    const found = sources.map((read) => whatCounts(read(this.#scene), excluded, row.only === true));
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

  #extensions(kept: readonly string[]): void {
    const { extensions = "all" } = this.#options;
    const { record } = this.#scene;
    for (const field of extensions === "all" ? Object.keys(record) : extensions === "common" ? kept : []) {
      const name = extensionName(field);
      const value: JsonValue | undefined = Object.hasOwn(record, field) ? record[field] : undefined;
      if (name === undefined || isSecretKey(field) || value === undefined || value === null || value === "") continue;
      const after = extensionValue(documentedType(field), value);
      if (after !== undefined) this.#set(name, after);
    }
  }
}

/** Without what is excluded; with `only`, of a list the one element that is left. */
function whatCounts(value: unknown, excluded: readonly unknown[], only: boolean): unknown {
  const keyOf = (one: unknown): unknown => (typeof one === "string" ? comparable(one) : one);
  const keys = excluded.filter((one) => typeof one === "string").map(keyOf);
  const counts = (one: unknown): boolean => typeof one !== "string" || !keys.includes(keyOf(one));
  if (!Array.isArray(value)) return counts(value instanceof Spare ? value.value : value) ? value : undefined;
  const rest: readonly unknown[] = value.filter(counts);
  if (!only) return rest.length === 0 ? undefined : rest;
  return new Set(rest.map(keyOf)).size === 1 ? rest[0] : undefined;
}
