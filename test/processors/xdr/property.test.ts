import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { ODD_TEXTS } from "../../../fuzz/odd-values.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../collector/record.ts";
import { assertSound } from "../../../fuzz/sound.ts";
import { type MappedRecord, XdrMapper } from "../../../processors/xdr/mapper.ts";
import type { XdrOptions } from "../../../processors/xdr/options.ts";
import { RECORD_TYPES } from "../../../collector/record-types.ts";

const RUNS = 2000;
const NOW = Date.UTC(2026, 10, 22);

const records: JsonObject[] = readFileSync("emulator/data/audit-records.ndjson", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as JsonObject);
const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
const extraFields = [
  "PolicyDetails",
  "Data",
  "Recipients",
  "P1Sender",
  "P2Sender",
  "FileData",
  "Severity",
  "DetectedValues",
  "__proto__",
  "constructor",
  "",
];

/** Objects as JSON.parse() makes them. */
const PARSED = { noNullPrototype: true } as const;

const oddText = fc.constantFrom(
  ...ODD_TEXTS,
  "[::1]:x",
  "i:0#.f|membership|%",
  "#EXT#@a.b",
  "[",
  '{"User-Agent":1}',
  "AlertUpdated",
  "urn:spo:guest#",
  "a@b.c",
);
const json = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 3, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.array(fc.record({ Name: oddText, Value: fc.oneof(oddText, fc.jsonValue()) }, PARSED)) },
  { weight: 1, arbitrary: fc.array(fc.record({ ID: oddText, Type: fc.integer({ min: 0, max: 6 }) }, PARSED)) },
) as fc.Arbitrary<JsonValue>;
const anyKey = fc.oneof(fc.constantFrom(...fields, ...extraFields), fc.string());

const SECRET = "4111-1111-1111-1111";

/** What a data loss prevention rule matched, at some depth, as object, pair or JSON text. */
const matched = fc
  .tuple(
    fc.constantFrom("DetectedValues", "SensitiveInformationDetections", "detectedvalues"),
    fc.constantFrom("object", "pair", "text", "escaped text", "text of text"),
    fc.integer({ min: 0, max: 30 }),
  )
  .map(([key, form, depth]): JsonValue => {
    const secret = [{ Name: SECRET, Value: SECRET }];
    let value: JsonValue = form === "pair" ? [{ Name: key, Value: secret }] : { Count: 1, [key]: secret };
    const text = JSON.stringify({ [key]: secret });
    if (form === "text") value = text;
    if (form === "escaped text")
      value = text.replace(/[DIV]/gi, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
    if (form === "text of text") value = JSON.stringify(text);
    for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value, i] : { Inner: value, Other: i };
    return value;
  });

/** A real record with some of its fields replaced, removed or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...records),
    fc.dictionary(anyKey, json, { maxKeys: 8, ...PARSED }),
    fc.option(fc.constantFrom(...RECORD_TYPES.map(([type]) => type)), { freq: 2 }),
  )
  .map(([record, changes, type]): JsonObject => ({
    ...record,
    ...changes,
    ...(type === null ? {} : { RecordType: type }),
  }));
const anything = fc.dictionary(anyKey, json, { maxKeys: 20, ...PARSED }) as fc.Arbitrary<JsonObject>;
const anyRecord = fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: anything });

const anyOptions: fc.Arbitrary<XdrOptions> = fc.record({
  antivirus: fc.boolean(),
  tenantId: fc.option(fc.constant("11063"), { nil: undefined }),
  originalData: fc.constantFrom("body", "attribute", "both", "none"),
  extensions: fc.constantFrom("common", "all", "none"),
});

function allOf(mapper: XdrMapper, record: JsonObject, text: string): MappedRecord[] {
  const source = {
    record,
    text,
    attributes: { "o365.content_type": "Audit.General" },
    integration: "o365/x",
    nowMs: NOW,
  };
  const copy = mapper.mapEmailCopy(source);
  return copy === undefined ? [mapper.map(source)] : [mapper.map(source), copy];
}

const check = (property: fc.IProperty<[JsonObject, XdrOptions]>): void => {
  // A failure prints seed and path; pass them here as { seed, path } to repeat it.
  fc.assert(property, { numRuns: RUNS });
};

suite("any record", () => {
  test("maps without throwing into attributes that say something, all of them confirmed", () => {
    check(
      fc.property(anyRecord, anyOptions, (record, options) => {
        for (const mapped of allOf(new XdrMapper(options), record, JSON.stringify(record))) assertSound(mapped);
      }),
    );
  });

  test("stays unchanged", () => {
    check(
      fc.property(anyRecord, anyOptions, (record, options) => {
        const before = JSON.stringify(record);
        allOf(new XdrMapper(options), record, before);
        assert.equal(JSON.stringify(record), before);
      }),
    );
  });

  test("maps the same again, also by a mapper that has seen others", () => {
    const used = new Map<string, XdrMapper>();
    check(
      fc.property(anyRecord, anyOptions, (record, options) => {
        const key = JSON.stringify(options);
        const old = used.get(key) ?? new XdrMapper(options);
        used.set(key, old);
        const text = JSON.stringify(record);
        assert.deepEqual(allOf(old, record, text), allOf(new XdrMapper(options), record, text));
      }),
    );
  });

  test("with a readable time and an Id has event_time_usec and sensor_event_id", () => {
    check(
      fc.property(anyRecord, anyOptions, (record, options) => {
        const whole = { ...record, Id: "an id", CreationTime: "2023-06-01T13:12:18.1234567Z" };
        for (const { attributes } of allOf(new XdrMapper(options), whole, "")) {
          assert.equal(attributes["xdr.event_time_usec"], Date.UTC(2023, 5, 1, 13, 12, 18) * 1000 + 123_456);
          assert.equal(attributes["xdr.sensor_event_id"], "an id");
        }
      }),
    );
  });

  test("never shows what a data loss prevention rule matched", () => {
    const keys = fc.constantFrom(...fields, "PolicyDetails", "Data", "Parameters", "DetectedValues", "Other");
    fc.assert(
      fc.property(anyRecord, anyOptions, keys, matched, (record, options, key, value) => {
        const whole = { ...record, [key]: key === "DetectedValues" ? [SECRET] : value };
        for (const { attributes } of allOf(new XdrMapper(options), whole, JSON.stringify(whole))) {
          assert.ok(!JSON.stringify(attributes).includes(SECRET));
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("can be of any depth", () => {
    const deep: unknown = JSON.parse(
      `{"Id":"1","CreationTime":"2023-06-01T13:12:18","Operation":"x","PolicyDetails":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    );
    assert.ok(isJsonObject(deep));
    for (const originalData of ["body", "both"] as const) {
      assertSound(new XdrMapper({ originalData }).map({ record: deep, text: "" }));
    }
  });
});
