import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeverityNumber } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { auditRecord, auditRecordOf, type AuditLogRecord } from "../../../collector/record.ts";
import { factory } from "../../../processors/transform/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { makeCollectorEvent, makeRecord, makeRecords } from "../../support/log-records.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const KEY = "0123456789abcdef0123456789abcdef";
const FAILED = "otel_o365_processor_transform_failed_actions";

interface Outcome {
  readonly out: readonly AuditLogRecord[];
  readonly settings: TestSettings;
}

async function transform(config: object, ...records: readonly AuditLogRecord[]): Promise<Outcome> {
  const settings = testSettings({ id: "transform/test" });
  const out: ReadableLogRecord[] = [];
  const processor = factory.create(settings, factory.config.parse(config), {
    consume: async (passed) => void out.push(...passed),
  });
  await processor.consume(records, never);
  return { out, settings };
}

async function transformOne(actions: readonly object[], record: AuditLogRecord): Promise<AuditLogRecord> {
  const { out } = await transform({ actions, hash_key: KEY }, record);
  const [only] = out;
  assert.ok(only !== undefined && out.length === 1);
  return only;
}

checkProcessorContract("transform", (next) =>
  factory.create(
    testSettings(),
    factory.config.parse({
      actions: [
        { set: 'attributes["team"]', value: '"soc"' },
        { delete: "body.UserId" },
        { set: 'resource["site"]', value: "event_name" },
      ],
    }),
    next,
  ),
);

suite("transform", () => {
  const record = makeRecord("a", {
    body: '{"UserId":"zoë","Deep":{"List":[1,2],"Gone":"x"},"Big":12345678901234567890,"Ratio":1.50}',
    attributes: { "o365.id": "a", "user.name": "zoë@contoso.example", n: 7, long: "ab😀cd" },
    severityNumber: SeverityNumber.INFO,
    severityText: "INFO",
  });

  test("set gives attributes, resource, event name, severity and fields of the body the value of an expression", async () => {
    const only = await transformOne(
      [
        { set: 'attributes["who"]', value: 'attributes["user.name"].split("@")[0]' },
        { set: "attributes.sum", value: "attributes.n + 1" },
        { set: 'attributes["whole"]', value: "body.Deep" },
        { set: 'resource["site"]', value: '"Zürich"' },
        { set: "event_name", value: '"Renamed" + event_name' },
        { set: "severity", value: "ERROR" },
        { set: "body.New.Field", value: "[attributes.n]" },
      ],
      record,
    );
    assert.deepEqual(only.attributes, {
      "o365.id": "a",
      "user.name": "zoë@contoso.example",
      n: 7,
      long: "ab😀cd",
      who: "zoë",
      sum: 8,
      whole: { List: [1, 2], Gone: "x" },
    });
    assert.equal(only.resource.attributes["site"], "Zürich");
    assert.equal(only.resource.attributes["o365.integration"], "o365/contoso");
    assert.deepEqual([only.eventName, only.severityNumber, only.severityText], ["RenamedUserLoggedIn", 17, "ERROR"]);
    assert.equal(
      only.body,
      '{"UserId":"zoë","Deep":{"List":[1,2],"Gone":"x"},"Big":12345678901234567890,"Ratio":1.50,"New":{"Field":[7]}}',
    );
  });

  test("set does nothing where the expression gives nothing", async () => {
    assert.equal(await transformOne([{ set: 'attributes["x"]', value: "body.Missing.Field" }], record), record);
  });

  test("delete takes parts away, and nothing where there is nothing", async () => {
    const only = await transformOne(
      [
        { delete: 'attributes["user.name"]' },
        { delete: 'resource["o365.integration"]' },
        { delete: "body.Deep.Gone" },
        { delete: "body.Missing.Field" },
        { delete: "severity" },
        { delete: "event_name" },
      ],
      record,
    );
    assert.deepEqual(Object.keys(only.attributes), ["o365.id", "n", "long"]);
    assert.equal(only.resource.attributes["o365.integration"], undefined);
    assert.equal(only.body, '{"UserId":"zoë","Deep":{"List":[1,2]},"Big":12345678901234567890,"Ratio":1.50}');
    assert.deepEqual([only.severityNumber, only.severityText, only.eventName], [undefined, undefined, undefined]);
    const bare = await transformOne([{ delete: "body" }], { ...record, [auditRecord]: { UserId: "zoë" } });
    assert.ok(!("body" in bare));
    assert.equal(auditRecordOf(bare), null);
  });

  test("rename moves a value with its type, also from one part to another", async () => {
    const only = await transformOne(
      [
        { rename: 'attributes["n"]', to: 'attributes["count"]' },
        { rename: "body.Deep", to: 'attributes["deep"]' },
        { rename: 'attributes["missing"]', to: 'attributes["user.name"]' },
      ],
      record,
    );
    assert.deepEqual(only.attributes, {
      "o365.id": "a",
      "user.name": "zoë@contoso.example",
      long: "ab😀cd",
      count: 7,
      deep: { List: [1, 2], Gone: "x" },
    });
    assert.equal(only.body, '{"UserId":"zoë","Big":12345678901234567890,"Ratio":1.50}');
  });

  test("hash replaces a value by its keyed hash, equal for equal texts wherever they stand", async () => {
    const only = await transformOne(
      [
        { hash: 'attributes["user.name"]' },
        { hash: "body.UserId" },
        { hash: 'attributes["n"]' },
        { hash: "body.Missing" },
      ],
      makeRecord("a", {
        body: '{"UserId":"zoë@contoso.example"}',
        attributes: { "user.name": "zoë@contoso.example", n: 7 },
      }),
    );
    assert.match(String(only.attributes["user.name"]), /^hmac-[0-9a-f]{32}$/);
    assert.equal(only.body, JSON.stringify({ UserId: only.attributes["user.name"] }));
    assert.match(String(only.attributes["n"]), /^hmac-[0-9a-f]{32}$/);
  });

  test("truncate cuts texts only, and never inside a character", async () => {
    const only = await transformOne(
      [
        { truncate: 'attributes["long"]', max_length: 3 },
        { truncate: 'attributes["user.name"]', max_length: 100 },
        { truncate: 'attributes["n"]', max_length: 0 },
        { truncate: "body", max_length: 12 },
      ],
      record,
    );
    assert.deepEqual([only.attributes["long"], only.attributes["n"], only.body], ["ab", 7, '{"UserId":"z']);
  });

  test("each action sees what those before it did, and when decides record by record", async () => {
    const { out } = await transform(
      {
        actions: [
          { set: 'attributes["team"]', value: '"soc"', when: 'event_name == "UserLoggedIn"' },
          { set: "severity", value: "WARN", when: 'attributes["team"] == "soc"' },
          { delete: "body.UserId", when: 'attributes["team"] == "soc"' },
          { set: 'attributes["deleted"]', value: "body.UserId == null" },
        ],
      },
      makeRecord("a"),
      makeRecord("b", { eventName: "FileAccessed" }),
    );
    assert.deepEqual(
      out.map(({ attributes, severityNumber }) => [attributes["team"], attributes["deleted"], severityNumber]),
      [
        ["soc", true, SeverityNumber.WARN],
        [undefined, false, undefined],
      ],
    );
  });

  test("an action that cannot be applied is left out, counted each time and logged once; the others are applied", async () => {
    const { out, settings } = await transform(
      {
        actions: [
          { name: "typed", set: 'attributes["x"]', value: 'attributes["o365.record_type"] + "a"' },
          { set: "body.UserId.Deeper", value: "1" },
          { set: "severity", value: "100 + size(attributes)" },
          { set: 'attributes["y"]', value: "1" },
        ],
      },
      ...makeRecords(2),
    );
    assert.deepEqual(
      out.map(({ attributes }) => [attributes["x"], attributes["y"]]),
      [
        [undefined, 1],
        [undefined, 1],
      ],
    );
    assert.equal(settings.metrics.sum(FAILED, { processor: "transform/test", action: "typed" }), 2);
    assert.equal(settings.metrics.sum(FAILED), 6);
    assert.deepEqual(
      settings.lines.map(({ fields }) => fields),
      [
        { action: "typed", error: "no such overload: dyn<int> + string" },
        { action: "action-2", error: "body.UserId.Deeper leads through a value without fields" },
        { action: "action-3", error: "severity takes a whole number from 0 to 24, such as WARN" },
      ],
    );
  });

  test("a body that is no JSON object takes no fields", async () => {
    const { out, settings } = await transform(
      { actions: [{ set: "body.A", value: "1" }, { delete: "body.A" }] },
      makeRecord("a", { body: "not JSON" }),
    );
    assert.equal(out[0]?.body, "not JSON");
    assert.equal(settings.lines[0]?.fields["error"], "the body is no JSON object");
    assert.equal(settings.metrics.sum(FAILED), 1);
  });

  test("records whose resources become equal share one", async () => {
    const { out } = await transform({ actions: [{ set: 'resource["site"]', value: '"a"' }] }, ...makeRecords(3));
    assert.equal(new Set(out.map(({ resource }) => resource)).size, 1);
  });

  test("the collector's own events pass as they are", async () => {
    const event = makeCollectorEvent("gap");
    assert.equal(await transformOne([{ delete: "body" }], event), event);
  });

  test("an audit record does not pass for one by its operation", async () => {
    const record = makeRecord("a", { eventName: "o365.collector.gap" });
    assert.equal((await transformOne([{ delete: "body" }], record)).body, undefined);
  });
});

suite("transform configuration", () => {
  for (const [name, config, path, message] of [
    ["an action of no kind", [{ value: "1" }], [], "needs exactly one of set, delete, rename, hash, truncate"],
    [
      "an action of two kinds",
      [{ delete: "body", truncate: "body" }],
      [],
      "needs exactly one of set, delete, rename, hash, truncate",
    ],
    ["set without value", [{ set: "body" }], [], "needs value beside set"],
    ["rename without to", [{ rename: "body" }], [], "needs to beside rename"],
    ["truncate without max_length", [{ truncate: "body" }], [], "needs max_length beside truncate"],
    ["a key of another kind", [{ delete: "body", to: "body" }], ["to"], "belongs to rename; remove it"],
    [
      "a text as severity",
      [{ set: "severity", value: '"high"' }],
      ["value"],
      "gives string, but severity takes int; convert it with int()",
    ],
    [
      "a number as event name",
      [{ set: "event_name", value: "1" }],
      ["value"],
      "gives int, but event_name takes string; convert it with string()",
    ],
    [
      "a target that is none",
      [{ delete: "foo.bar" }],
      ["delete"],
      'names no part of a record; write attributes["name"], resource["name"], body, body.Field, event_name or severity',
    ],
    [
      "an expression as target",
      [{ delete: "body + 1" }],
      ["delete"],
      'names no part of a record; write attributes["name"], resource["name"], body, body.Field, event_name or severity',
    ],
    [
      "broken CEL as target",
      [{ delete: "body." }],
      ["delete"],
      'names no part of a record; write attributes["name"], resource["name"], body, body.Field, event_name or severity',
    ],
    [
      "a path as attribute",
      [{ delete: "attributes.user.name" }],
      ["delete"],
      'a name with dots is one key, not a path; write attributes["user.name"]',
    ],
    [
      "all attributes",
      [{ delete: "attributes" }],
      ["delete"],
      'needs the name of one attribute; write attributes["name"]',
    ],
    [
      "OTTL's resource",
      [{ delete: 'resource.attributes["a"]' }],
      ["delete"],
      'names an attribute of the resource the way OTTL does; write resource["a"]',
    ],
    [
      "a value that is no expression",
      [{ set: "body", value: "foo" }],
      ["value"],
      "is no valid expression: unknown variable: foo at character 1; an expression sees attributes, resource, event_name, severity, body, body_text, and the severities by name (WARN); put texts in quotes",
    ],
  ] as const) {
    test(`refuses ${name}`, () => {
      const issues = factory.config.safeParse({ actions: config }).error?.issues;
      assert.deepEqual(
        issues?.map((issue) => [issue.path, issue.message]),
        [[["actions", 0, ...path], message]],
      );
    });
  }

  test("refuses a hash without key", () => {
    const issues = factory.config.safeParse({ actions: [{ hash: "body" }] }).error?.issues;
    assert.deepEqual(
      issues?.map((issue) => [issue.path, issue.message]),
      [[["actions", 0, "hash"], "needs a key; add hash_key beside actions, from a variable or a file"]],
    );
  });

  test("answers the keys of the Collector's transform with ours", () => {
    const statements = [
      'set(attributes["a"], "it\'s") where IsMatch(body, "x")',
      "set(severity_number, SEVERITY_NUMBER_WARN)",
      'delete_key(resource.attributes, "b")',
      'replace_pattern(attributes["a"], "x", "y")',
    ];
    const config = {
      actions: [{ delete: "body" }],
      error_mode: "ignore",
      log_statements: [{ context: "log", statements }],
    };
    assert.deepEqual(
      factory.config.safeParse(config).error?.issues.map((issue) => [issue.path, issue.message]),
      [
        [
          ["log_statements"],
          `is a key of the Collector's transform, whose statements are OTTL; write actions: [{ set: 'attributes["a"]', value: '"it''s"', when: 'body_text.matches("x")' }, { set: 'severity', value: 'WARN' }, { delete: 'resource["b"]' }, { … see processors/transform/README.md }]`,
        ],
        [
          ["error_mode"],
          "is a key of the Collector's transform; remove it: an action that fails leaves the record as it is and is counted",
        ],
      ],
    );
  });
});
