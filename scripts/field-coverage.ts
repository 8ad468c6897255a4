// Which source fields of each record type reach an attribute, found out by mapping a record that has the field and one that has not.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import type { JsonObject, JsonValue } from "../collector/record.ts";
import { XdrMapper } from "../processors/xdr/mapper.ts";
import { sampleOf } from "./sample-values.ts";

type Fields = Readonly<Record<string, string>>;

/** The published fields of audit records, by name, each with its type. */
export interface AuditSchema {
  readonly every: Fields;
  readonly sections: readonly { readonly name: string; readonly types: readonly number[]; readonly fields: Fields }[];
  /** Members of objects, by the name of their type. */
  readonly complex: Readonly<Record<string, Fields>>;
}

const FIELDS = z.record(z.string(), z.string());
const AUDIT_SCHEMA: z.ZodType<AuditSchema> = z.strictObject({
  every: FIELDS,
  sections: z.array(z.strictObject({ name: z.string(), types: z.array(z.int()), fields: FIELDS })),
  complex: z.record(z.string(), FIELDS),
});

/** The published fields of audit records. */
export function readAuditSchema(): AuditSchema {
  return AUDIT_SCHEMA.parse(parse(readFileSync("scripts/audit-schema.yaml", "utf8")));
}

/** A field by its path (`Folders[].FolderItems[].Subject`), and the attributes that it reaches by the option `extensions`. */
export interface FieldReach {
  readonly path: string;
  readonly none: readonly string[];
  readonly common: readonly string[];
  readonly all: readonly string[];
}

/** All fields of one section, as records of one type carry them. */
export interface SectionReach {
  readonly name: string;
  readonly type: number;
  readonly schema: string;
  readonly fields: readonly FieldReach[];
}

const MAPPERS = {
  none: new XdrMapper({ extensions: "none" }),
  common: new XdrMapper({ extensions: "common" }),
  all: new XdrMapper({ extensions: "all" }),
};

/** What becomes of every field of every section. A section of several types counts as its first. */
export function fieldReach(schema: AuditSchema): SectionReach[] {
  const sections = [{ name: "Every record", types: [1], fields: schema.every }, ...schema.sections];
  return sections.map(({ name, types, fields }) => reachOf(name, types[0] ?? 0, fields, schema));
}

/** What becomes of the fields of one record type: those of every record and of each section that has the type. */
export function reachOfType(schema: AuditSchema, type: number): SectionReach {
  const own = schema.sections.filter(({ types }) => types.includes(type)).map(({ fields }) => fields);
  return reachOf("", type, Object.assign({}, schema.every, ...own), schema);
}

function reachOf(name: string, type: number, fields: Fields, schema: AuditSchema): SectionReach {
  const base = {
    Id: "5f7d2f6c-0000-4000-8000-000000000001",
    CreationTime: "2024-01-02T03:04:05",
    Operation: "Something",
    RecordType: type,
  };
  const reach = Object.entries(fields).flatMap(([field, kind]) =>
    leaves(field, kind, schema.complex).map(({ path, value }) => reachOfField(base, path, field, value)),
  );
  return { name, type, schema: MAPPERS.all.map({ record: base }).schema, fields: reach };
}

function reachOfField(base: JsonObject, path: string, field: string, value: JsonValue): FieldReach {
  const { [field]: _own, ...without } = base;
  const record = { ...base, [field]: base[field] ?? value };
  const reached = (mapper: XdrMapper): string[] => {
    const before = mapper.map({ record: without }).attributes;
    const after = mapper.map({ record }).attributes;
    return Object.keys(after).filter((name) => !isDeepStrictEqual(after[name], before[name]));
  };
  return { path, none: reached(MAPPERS.none), common: reached(MAPPERS.common), all: reached(MAPPERS.all) };
}

interface Leaf {
  readonly path: string;
  /** The value of the top-level field that holds this leaf and nothing else. */
  readonly value: JsonValue;
}

/** The fields inside a field, each with a value of the top-level field that holds it alone. */
function leaves(name: string, kind: string, complex: AuditSchema["complex"], path = name): Leaf[] {
  const list = kind.endsWith("[]");
  const inner = list ? kind.slice(0, -2) : kind;
  const at = list ? `${path}[]` : path;
  const wrap = (value: JsonValue): JsonValue => (list ? [value] : value);
  const members = complex[inner];
  if (members === undefined) return [{ path: at, value: wrap(sampleOf(name, inner)) }];
  return Object.entries(members).flatMap(([member, memberKind]) =>
    leaves(member, memberKind, complex, `${at}.${member}`).map((leaf) => ({
      path: leaf.path,
      value: wrap({ [member]: leaf.value }),
    })),
  );
}
