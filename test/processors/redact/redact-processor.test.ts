import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { auditRecord, auditRecordOf, type AuditLogRecord } from "../../../collector/record.ts";
import { factory } from "../../../processors/redact/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { makeRecord, makeRecords } from "../../support/log-records.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const KEY = "0123456789abcdef0123456789abcdef";
const VALUES = "otel_o365_processor_redact_values";

async function redact(
  config: object,
  ...records: readonly AuditLogRecord[]
): Promise<{ readonly out: readonly AuditLogRecord[]; readonly settings: TestSettings }> {
  const settings = testSettings({ id: "redact/test" });
  const out: ReadableLogRecord[] = [];
  const processor = factory.create(settings, factory.config.parse(config), {
    consume: async (passed) => void out.push(...passed),
  });
  await processor.consume(records, never);
  return { out, settings };
}

async function redactOne(config: object, record: AuditLogRecord): Promise<AuditLogRecord> {
  const { out } = await redact(config, record);
  const [only] = out;
  assert.ok(only !== undefined && out.length === 1);
  return only;
}

/** Everything that an exporter or a later processor could see of a record. */
function everything(record: AuditLogRecord): string {
  return JSON.stringify([record.body, record.attributes, record.resource.attributes, auditRecordOf(record)]);
}

checkProcessorContract("redact", (next) =>
  factory.create(
    testSettings(),
    factory.config.parse({ rules: [{ names: ["user.name"] }, { pattern: "203[.]0[.]113[.]\\d+" }] }),
    next,
  ),
);

suite("redact", () => {
  test("a value under a name goes wherever it stands: in other attributes, in the body, in longer texts, in another case", async () => {
    const record = makeRecord("a", {
      body: '{"UserId":"Ann@Contoso.example","Text":"from ann@contoso.example to bob","Big":12345678901234567890.10}',
      attributes: { "user.name": "ann@contoso.example", "o365.object_id": "mailbox:ann@contoso.example/inbox" },
    });
    const { out, settings } = await redact({ rules: [{ names: ["USER.name"] }] }, record);
    const [only] = out;
    assert.deepEqual(only?.attributes, { "user.name": "[REDACTED]", "o365.object_id": "mailbox:[REDACTED]/inbox" });
    assert.equal(only?.body, '{"UserId":"[REDACTED]","Text":"from [REDACTED] to bob","Big":12345678901234567890.10}');
    assert.equal(settings.metrics.sum(VALUES, { processor: "redact/test", rule: "rule-1" }), 4);
  });

  test("a short value goes only where it is the whole text", async () => {
    const record = makeRecord("a", { body: '{"U":"Ann","T":"Annual"}', attributes: { "user.name": "ann" } });
    const only = await redactOne({ rules: [{ names: ["user.name"] }] }, record);
    assert.equal(only.body, '{"U":"[REDACTED]","T":"Annual"}');
  });

  test("names are found at any depth, in pairs of Name and Value, in JSON inside texts, and take numbers and lists too", async () => {
    const body = {
      Parameters: [
        { Name: "Identity", Value: "cfo" },
        { Name: "Other", Value: "kept" },
      ],
      ModifiedProperties: [{ Name: "Pin", NewValue: "1234", OldValue: ["0000"] }],
      Inner: JSON.stringify({ deep: [{ Pin: 77, Flag: true }] }),
      Deep: { PIN: { a: "x", b: [1, null, ""] } },
    };
    const only = await redactOne(
      { rules: [{ names: ["identity", "pin"] }] },
      makeRecord("a", { body: JSON.stringify(body) }),
    );
    assert.deepEqual(JSON.parse(String(only.body)), {
      Parameters: [
        { Name: "Identity", Value: "[REDACTED]" },
        { Name: "Other", Value: "kept" },
      ],
      ModifiedProperties: [{ Name: "Pin", NewValue: "[REDACTED]", OldValue: ["[REDACTED]"] }],
      Inner: '{"deep":[{"Pin":"[REDACTED]","Flag":true}]}',
      Deep: { PIN: { a: "[REDACTED]", b: ["[REDACTED]", null, ""] } },
    });
  });

  test("patterns apply to every text of body, attributes and resource, and not to stand-ins", async () => {
    const record = makeRecord("a", {
      body: '{"card":"4111 1111 1111 1111 or 5500000000000004","n":4111111111111111,"long":411111111111111100000000,"plain":"x"}',
      attributes: { note: ["card 4111111111111111"], nested: { card: "4111111111111111" } },
    });
    const { out, settings } = await redact(
      {
        rules: [
          { name: "card", pattern: String.raw`\b\d(?:[ ]?\d){12,18}\b` },
          { name: "digits", pattern: String.raw`\d{4}` },
        ],
        replacement: "<1234>",
      },
      record,
    );
    assert.equal(out[0]?.body, '{"card":"<1234> or <1234>","n":"<1234>","long":411111111111111100000000,"plain":"x"}');
    assert.deepEqual(out[0].attributes, { note: ["card <1234>"], nested: { card: "<1234>" } });
    assert.equal(settings.metrics.sum(VALUES, { processor: "redact/test", rule: "card" }), 5);
    // The tenant id of the resource holds groups of four digits.
    assert.match(String(out[0].resource.attributes["o365.tenant_id"]), /<1234>/);
  });

  test("hash gives equal values equal stand-ins, another key others, and works on names and patterns alike", async () => {
    const rules = [
      { names: ["user.name"], method: "hash" },
      { pattern: String.raw`203\.0\.113\.\d+`, method: "hash" },
    ];
    const record = makeRecord("a", {
      body: '{"UserId":"ann@contoso.example","IP":"203.0.113.9"}',
      attributes: { "user.name": "ann@contoso.example", "client.address": "203.0.113.9" },
    });
    const { attributes, body } = await redactOne({ rules, hash_key: KEY }, record);
    assert.match(String(attributes["user.name"]), /^hmac-[0-9a-f]{32}$/);
    assert.match(String(attributes["client.address"]), /^hmac-[0-9a-f]{32}$/);
    assert.deepEqual(JSON.parse(String(body)), { UserId: attributes["user.name"], IP: attributes["client.address"] });
    const other = await redactOne({ rules, hash_key: `${KEY}!` }, record);
    assert.notEqual(other.attributes["user.name"], attributes["user.name"]);
  });

  test("the parsed audit record that travels along does not give the value away", async () => {
    const parsed = { UserId: "ann@contoso.example" };
    const record: AuditLogRecord = {
      ...makeRecord("a", { body: JSON.stringify(parsed), attributes: { "user.name": "ann@contoso.example" } }),
      [auditRecord]: parsed,
    };
    const rules = [{ names: ["user.name"] }];
    assert.deepEqual(auditRecordOf(await redactOne({ rules }, record)), { UserId: "[REDACTED]" });
    const { body: _body, ...bare } = record;
    assert.equal(auditRecordOf(await redactOne({ rules }, bare)), null);
    assert.deepEqual(parsed, { UserId: "ann@contoso.example" });
  });

  test("a text that is no JSON is cut where a name stands, and patterns apply to the rest", async () => {
    const text = String.raw`{"Mail":"x@y.z","Userid" : "ann@contoso.ex`;
    const only = await redactOne(
      { rules: [{ names: ["UserId"] }, { pattern: String.raw`\w+@\w+` }] },
      makeRecord("a", { body: text }),
    );
    assert.equal(only.body, '{"Mail":"[REDACTED].z","[REDACTED]');
  });

  test("a record without any such value passes as it is, byte for byte, and keeps its parsed form", async () => {
    const body = '{ "a" : 1.50, "b":"\\u00e9" }';
    const record: AuditLogRecord = { ...makeRecord("a", { body }), [auditRecord]: { a: 1.5, b: "é" } };
    assert.equal(await redactOne({ rules: [{ names: ["nobody"] }, { pattern: "nothing" }] }, record), record);
  });

  test("records that shared a resource still do", async () => {
    const { out } = await redact({ rules: [{ names: ["o365.tenant_id"] }] }, ...makeRecords(3));
    assert.equal(out[0]?.resource.attributes["o365.tenant_id"], "[REDACTED]");
    assert.equal(new Set(out.map(({ resource }) => resource)).size, 1);
  });

  test("a body that is a map is redacted like JSON, and the record that came stays as it was", async () => {
    const body = Object.freeze({ UserId: "ann@contoso.example", Count: 2, Nested: Object.freeze({ Pin: "1234" }) });
    const only = await redactOne({ rules: [{ names: ["userid", "pin"] }] }, makeRecord("a", { body }));
    assert.deepEqual(only.body, { UserId: "[REDACTED]", Count: 2, Nested: { Pin: "[REDACTED]" } });
  });

  test("what cannot be redacted passes on without its content, counted and named", async () => {
    const depth = 200_000;
    let deep: Record<string, unknown> = { secret: "hunter2" };
    for (let level = 0; level < depth; level += 1) deep = { a: deep };
    const record = makeRecord("deep", { body: deep });
    const { out, settings } = await redact({ rules: [{ names: ["secret"] }] }, record, makeRecord("b"));
    assert.equal(out[0]?.body, "[REDACTED]");
    assert.deepEqual(out[0].attributes, { "log.record.uid": "deep", "o365.id": "deep" });
    assert.equal(out[1]?.attributes["o365.id"], "b");
    assert.equal(settings.metrics.sum("otel_o365_processor_redact_withheld_log_records"), 1);
    assert.deepEqual(settings.lines[0]?.fields, { id: "deep", error_type: "RangeError" });
  });

  test("no value under a name is left anywhere, over real records", async () => {
    const { readFileSync } = await import("node:fs");
    const lines = readFileSync("emulator/data/audit-records.ndjson", "utf8").trim().split("\n");
    assert.ok(lines.length > 100);
    for (const body of lines) {
      const parsed = JSON.parse(body) as { readonly UserId?: string; readonly ClientIP?: string };
      const attributes = { "user.name": String(parsed.UserId), "client.address": String(parsed.ClientIP) };
      const only = await redactOne(
        { rules: [{ names: ["UserId", "ClientIP"], method: "hash" }], hash_key: KEY },
        makeRecord("a", { body, attributes }),
      );
      const text = everything(only).toLowerCase();
      for (const value of [parsed.UserId, parsed.ClientIP]) {
        if (value !== undefined && value.length >= 4)
          assert.ok(!text.includes(value.toLowerCase()), `${value} in ${text}`);
      }
      assert.deepEqual(Object.keys(JSON.parse(String(only.body)) as object), Object.keys(parsed));
    }
  });
});

suite("redact configuration", () => {
  for (const [name, config, path, message] of [
    ["a rule without names and pattern", { rules: [{}] }, ["rules", 0], "needs either names or pattern, not both"],
    [
      "a hash without key",
      { rules: [{ pattern: "a", method: "hash" }] },
      ["rules", 0, "method"],
      "needs a key; add hash_key beside rules, from a variable or a file",
    ],
    [
      "a short key",
      { rules: [{ pattern: "a" }], hash_key: "short" },
      ["hash_key"],
      "must have at least 16 characters; take random ones",
    ],
    [
      "a pattern that is none",
      { rules: [{ pattern: "(" }] },
      ["rules", 0, "pattern"],
      "is no valid regular expression: missing closing ): `(`; write it in RE2 syntax, which has no lookarounds and backreferences",
    ],
    [
      "a pattern of nothing",
      { rules: [{ pattern: "a*" }] },
      ["rules", 0, "pattern"],
      "matches the empty text; let it ask for at least one character",
    ],
    [
      "two rules of one name",
      {
        rules: [
          { name: "a", pattern: "a" },
          { name: "a", pattern: "b" },
        ],
      },
      ["rules", 1, "name"],
      "is the name of another rule already; choose one of its own",
    ],
  ] as const) {
    test(`refuses ${name}`, () => {
      const issues = factory.config.safeParse(config).error?.issues;
      assert.deepEqual(
        issues?.map((issue) => [issue.path, issue.message]),
        [[path, message]],
      );
    });
  }
});
