import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type { AnyValue } from "@opentelemetry/api";
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import * as fc from "fast-check";
import { decodeLogs } from "../../../collector/replay/decode-logs.ts";
import { OtlpJsonError } from "../../../collector/replay/otlp-value.ts";
import { sampleRecordsFile } from "../../../emulator/index.ts";
import { createRecordFactory } from "../../../receiver/records/record-factory.ts";
import { makeRecord } from "../../support/log-records.ts";

function serialized(records: readonly ReadableLogRecord[]): string {
  return Buffer.from(JsonLogsSerializer.serializeRequest([...records]) ?? []).toString();
}

const hex = (digits: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: digits / 2, maxLength: digits / 2 }).map((bytes) => Buffer.from(bytes).toString("hex"));

const text = fc.string({ unit: "grapheme" });
const key = fc.oneof(text, fc.constantFrom("__proto__", "constructor", "0", "log.record.uid", ""));

const scalar: fc.Arbitrary<AnyValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(2 ** 53, -(2 ** 63), 1e300, 0.1, undefined, null),
  fc.uint8Array(),
);
const value: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const attributes = fc
  .array(fc.tuple(key, value), { maxLength: 5 })
  .map((entries): ReadableLogRecord["attributes"] => Object.fromEntries(entries));

const simple = fc.oneof(text, fc.boolean(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const resource = fc
  .record({
    entries: fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.oneof(simple, fc.array(text))), { maxLength: 4 }),
    schemaUrl: fc.constantFrom(undefined, "https://opentelemetry.io/schemas/1.38.0"),
  })
  .map(({ entries, schemaUrl }) =>
    resourceFromAttributes(Object.fromEntries(entries), schemaUrl === undefined ? {} : { schemaUrl }),
  );
const scope = fc.record(
  { name: text, version: text, schemaUrl: text, attributes, droppedAttributesCount: fc.nat() },
  { requiredKeys: ["name"] },
);
const hrTime = fc.tuple(fc.nat({ max: 9_000_000_000 }), fc.nat({ max: 999_999_999 }));
const spanContext = fc.record({ traceId: hex(32), spanId: hex(16), traceFlags: fc.constantFrom(0, 1) });

const records = fc
  .tuple(fc.array(resource, { minLength: 1, maxLength: 2 }), fc.array(scope, { minLength: 1, maxLength: 2 }))
  .chain(([resources, scopes]) =>
    fc.array(
      fc.record<ReadableLogRecord, keyof ReadableLogRecord>(
        {
          hrTime,
          hrTimeObserved: hrTime,
          severityNumber: fc.nat({ max: 24 }),
          severityText: text,
          body: value,
          eventName: text,
          attributes,
          droppedAttributesCount: fc.nat(),
          spanContext,
          resource: fc.constantFrom(...resources),
          instrumentationScope: fc.constantFrom(...scopes),
        },
        {
          requiredKeys: [
            "hrTime",
            "hrTimeObserved",
            "attributes",
            "droppedAttributesCount",
            "resource",
            "instrumentationScope",
          ],
        },
      ),
      { maxLength: 6 },
    ),
  );

suite("decodeLogs()", () => {
  test("gives records that serialize to the same bytes again, whatever they hold", () => {
    fc.assert(
      fc.property(records, (original) => {
        const line = serialized(original);
        assert.equal(serialized(decodeLogs(line)), line);
      }),
      { numRuns: 200 },
    );
  });

  test("gives equal records back: times, numbers, bytes and all", () => {
    const original = makeRecord("a", {
      hrTime: [1_782_907_200, 1],
      severityNumber: 17,
      severityText: "ERROR",
      spanContext: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
      body: { text: "zoë", list: [1, 2.5, true, null], bytes: new Uint8Array([0, 255]), inner: { n: -3 } },
    });
    const [decoded] = decodeLogs(serialized([original]));
    assert.ok(decoded !== undefined);
    const { resource: ownResource, body, ...rest } = decoded;
    const { resource: expectedResource, body: _body, ...expected } = original;
    assert.deepEqual(rest, expected);
    assert.deepEqual(ownResource.attributes, expectedResource.attributes);
    assert.deepEqual(body, {
      text: "zoë",
      list: [1, 2.5, true, undefined],
      bytes: Buffer.from([0, 255]),
      inner: { n: -3 },
    });
  });

  test("gives back every sample record of the receiver byte for byte", () => {
    const texts = readFileSync(sampleRecordsFile(), "utf8").trimEnd().split("\n");
    const factory = createRecordFactory({
      tenantId: "t",
      cloud: "commercial",
      integration: "o365",
      serviceVersion: "0",
      dlpValues: "keep",
      now: () => 1_782_907_200_123,
    });
    const content = { contentType: "Audit.General", contentId: "c", createdIso: "2026-07-01T00:00:00Z" };
    const line = serialized(factory.records(texts, content));
    const decoded = decodeLogs(line);
    assert.equal(decoded.length, texts.length);
    assert.equal(serialized(decoded), line);
    assert.equal(new Set(decoded.map(({ resource: one }) => one)).size, 1, "one resource object for all");
  });

  test("takes 64-bit integers as text, as other programs write them", () => {
    const [decoded] = decodeLogs(
      JSON.stringify({
        resourceLogs: [
          {
            scopeLogs: [{ logRecords: [{ timeUnixNano: "1", attributes: [{ key: "n", value: { intValue: "-7" } }] }] }],
          },
        ],
      }),
    );
    assert.deepEqual(decoded?.attributes, { n: -7 });
    assert.deepEqual(decoded?.hrTime, [0, 1]);
    assert.deepEqual(decoded?.hrTimeObserved, [0, 0]);
  });

  const ofRecord = (record: unknown): unknown => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  const ofValue = (value: unknown): unknown => ofRecord({ body: value });
  const refused: readonly { readonly name: string; readonly request: unknown; readonly message: RegExp }[] = [
    { name: "an array", request: [], message: /^the line must be an object, not \[\]$/ },
    { name: "another signal", request: { resourceSpans: [] }, message: /^the line must be an object of resourceLogs/ },
    {
      name: "an integer that doubles do not hold",
      request: ofValue({ intValue: "9007199254740993" }),
      message: /^resourceLogs\[0\]\.scopeLogs\[0\]\.logRecords\[0\]\.body\.intValue must be an integer/,
    },
    {
      name: "an unknown member",
      request: ofRecord({ extra: 1 }),
      message: /logRecords\[0\] must be an object of time/,
    },
    { name: "an unknown kind of value", request: ofValue({ refValue: 1 }), message: /a value of a known kind/ },
    { name: "a value of two kinds", request: ofValue({ intValue: 1, boolValue: true }), message: /one member/ },
    { name: "text that is no base64", request: ofValue({ bytesValue: "a" }), message: /bytesValue must be base64/ },
    { name: "a number as text", request: ofValue({ stringValue: 1 }), message: /stringValue must be text, not 1$/ },
    {
      name: "a key twice",
      request: ofRecord({ attributes: ["a", "a"].map((name) => ({ key: name, value: {} })) }),
      message: /attributes\[1\]\.key must be text, and used once, not "a"$/,
    },
    { name: "a time that is none", request: ofRecord({ timeUnixNano: "today" }), message: /timeUnixNano must be nano/ },
    { name: "a severity that is none", request: ofRecord({ severityNumber: 25 }), message: /must be at most 24/ },
    { name: "a trace id that is none", request: ofRecord({ traceId: "xyz" }), message: /traceId must be 32 hex/ },
    {
      name: "a resource with a value that the SDK drops",
      request: { resourceLogs: [{ resource: { attributes: [{ key: "a", value: { kvlistValue: {} } }] } }] },
      message: /resource\.attributes must be of simple values, not "a"$/,
    },
    {
      name: "a resource with dropped attributes",
      request: { resourceLogs: [{ resource: { droppedAttributesCount: 1 } }] },
      message: /droppedAttributesCount must be 0, not 1$/,
    },
  ];
  for (const { name, request, message } of refused) {
    test(`refuses ${name}, and says where`, () => {
      assert.throws(
        () => decodeLogs(JSON.stringify(request)),
        (error) => {
          assert.ok(error instanceof OtlpJsonError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  test("refuses what is no JSON, for example a line that was cut", () => {
    const line = serialized([makeRecord("a")]);
    fc.assert(
      fc.property(fc.nat({ max: line.length - 1 }), (length) => {
        assert.throws(() => decodeLogs(line.slice(0, length)), OtlpJsonError);
      }),
      { numRuns: 50 },
    );
  });
});
