import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonObject, JsonValue } from "../../../collector/record.ts";
import { extensionName } from "../../../processors/xdr/extension-names.ts";
import { documentedType, type FieldType } from "../../../processors/xdr/field-types.ts";
import { KIND_NAMES } from "../../../processors/xdr/kinds.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { RECORD_KINDS } from "../../../processors/xdr/record-kinds.ts";
import { readAuditSchema } from "../../../scripts/field-coverage.ts";

const schema = readAuditSchema();
const FIELDS = [schema.every, ...schema.sections.map(({ fields }) => fields)]
  .flatMap((fields) => Object.keys(fields))
  .filter((field) => !["Id", "CreationTime", "Operation", "RecordType"].includes(field));

/** By name of the attribute. */
const TYPES = new Map<string, FieldType>();
for (const field of FIELDS) {
  const name = extensionName(field);
  const type = documentedType(field);
  if (name !== undefined && type !== undefined) TYPES.set(name, type);
}

const ODD: readonly JsonValue[] = [
  "some text",
  "7",
  7,
  true,
  { A: "x" },
  ["x", "y"],
  ["x", 7, { A: "x" }],
  [{ A: "x" }, { B: ["y"] }],
  '{"A":"x"}',
  '["x",{"A":"y"}]',
  '{"A":',
];

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isListOf = (value: unknown, is: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

const IN_FORM: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  text: (value) => isText(value) || isListOf(value, isText),
  texts: (value) => isListOf(value, (one) => typeof one !== "object"),
  structure: (value) => isObject(value) || isListOf(value, isObject),
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
};

suite("an attribute has one form, whatever a record has in its field", () => {
  const mapper = new XdrMapper();
  for (const kind of KIND_NAMES) {
    const type = RECORD_KINDS.find((row) => row.kind === kind)?.types[0];
    if (type === undefined) continue;
    for (const value of ODD) {
      test(`kind ${kind}, ${JSON.stringify(value)}`, () => {
        const record: JsonObject = {
          ...Object.fromEntries(FIELDS.map((field) => [field, value])),
          Id: "5f7d2f6c-0000-4000-8000-000000000001",
          CreationTime: "2024-01-02T03:04:05",
          Operation: "Something",
          RecordType: type,
        };
        const { attributes } = mapper.map({ record });
        let seen = 0;
        for (const [name, form] of TYPES) {
          if (attributes[name] === undefined) continue;
          seen += 1;
          assert.ok(IN_FORM[form](attributes[name]), `${name}: ${JSON.stringify(attributes[name])} is no ${form}`);
        }
        assert.ok(seen > 100, `${seen} attributes`);
      });
    }
  }
});
