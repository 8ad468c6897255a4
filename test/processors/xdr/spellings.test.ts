import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { isJsonObject, type JsonObject, type JsonValue, parseObject } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";

const records = readFileSync("emulator/data/audit-records.ndjson", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => parseObject(line) ?? {});

function changed(record: JsonObject, change: (value: JsonValue, field: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, change(value ?? null, field)]));
}

function numberAsText(value: JsonValue | undefined): JsonValue {
  return typeof value === "number" ? String(value) : (value ?? null);
}

function typesAsText(list: JsonValue): JsonValue {
  if (!Array.isArray(list)) return list;
  return list.map((entry: JsonValue) =>
    isJsonObject(entry) ? { ...entry, Type: numberAsText(entry["Type"]) } : entry,
  );
}

interface Spelling {
  readonly name: string;
  readonly spell: (record: JsonObject) => JsonObject;
  /** Attributes that keep a field as it was sent. */
  readonly asSent?: readonly string[];
}

/** The same record as services have been seen to send it otherwise. */
const SPELLINGS: readonly Spelling[] = [
  { name: "fields in another order", spell: (record) => Object.fromEntries(Object.entries(record).toReversed()) },
  { name: "null for empty text", spell: (record) => changed(record, (value) => (value === "" ? null : value)) },
  {
    name: "types as text",
    spell: (record) =>
      changed(record, (value, field) => (/^(Record|User)Type$/.test(field) ? numberAsText(value) : value)),
  },
  {
    name: "lists and objects as JSON text",
    spell: (record) =>
      changed(record, (value) => (typeof value === "object" && value !== null ? JSON.stringify(value) : value)),
  },
  {
    name: "blanks around texts",
    spell: (record) =>
      changed(record, (value, field) => (typeof value === "string" && field !== "CreationTime" ? ` ${value} ` : value)),
  },
  {
    name: "times with a zone",
    spell: (record) =>
      changed(record, (value, field) =>
        field === "CreationTime" && typeof value === "string" ? `${value.replace(" ", "T").replace("Z", "")}Z` : value,
      ),
  },
  {
    name: "types of identities as text",
    spell: (record) => changed(record, (value, field) => (/^(Actor|Target)$/.test(field) ? typesAsText(value) : value)),
    asSent: ["o365.actor", "o365.target"],
  },
  {
    name: "the token's context as a list",
    spell: (record) => changed(record, (value, field) => (field === "AppAccessContext" ? [value] : value)),
    asSent: ["o365.app_access_context"],
  },
];

suite("a record in another spelling", () => {
  const mapper = new XdrMapper();
  for (const { name, spell, asSent = [] } of SPELLINGS) {
    test(`${name}: gives the same attributes`, () => {
      for (const [index, record] of records.entries()) {
        const before = { ...mapper.map({ record }).attributes };
        const after = { ...mapper.map({ record: spell(record) }).attributes };
        for (const attribute of asSent) {
          delete before[attribute];
          delete after[attribute];
        }
        assert.deepEqual(after, before, `line ${index + 1}`);
      }
    });
  }
});
