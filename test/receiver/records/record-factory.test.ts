import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { auditRecord } from "../../../collector/record.ts";
import { createRecordFactory, type RecordFactoryOptions } from "../../../receiver/records/record-factory.ts";
import { recordUid, textUid } from "../../../receiver/records/record-uid.ts";

const OPTIONS: RecordFactoryOptions = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  cloud: "gcc_high",
  integration: "o365/contoso",
  serviceVersion: "1.2.3",
  dlpValues: "drop",
  now: () => 1_700_000_000_123,
};
const CONTENT = {
  contentType: "Audit.Exchange",
  contentId: "20230601$audit_exchange$1",
  createdIso: "2023-06-01T13:20:00.500Z",
};
const TEXT = `{"CreationTime":"2023-06-01T13:12:18","Id":"id-1", "Operation":"Update application – secrets ","RecordType":8,"Big":9007199254740993,"Url":"https:\\/\\/x","N":1.0}`;

function single(text: string, options: Partial<RecordFactoryOptions> = {}, damaged?: ReadonlySet<number>) {
  const [record] = createRecordFactory({ ...OPTIONS, ...options }).records([text], CONTENT, damaged);
  assert.ok(record);
  return record;
}

suite("createRecordFactory()", () => {
  test("records() gives time, event, body and attributes", () => {
    const record = single(TEXT);
    assert.deepEqual(record.hrTime, [1_685_625_138, 0]);
    assert.deepEqual(record.hrTimeObserved, [1_700_000_000, 123_000_000]);
    assert.equal(record.eventName, "Update application – secrets ");
    assert.equal(record.body, TEXT);
    assert.equal(record.droppedAttributesCount, 0);
    assert.equal(record.severityNumber, undefined);
    assert.equal(record.spanContext, undefined);
    assert.deepEqual(record.attributes, {
      "log.record.uid": recordUid("id-1", "Update application – secrets "),
      "o365.id": "id-1",
      "o365.record_type": 8,
      "o365.content_type": "Audit.Exchange",
      "o365.content_id": "20230601$audit_exchange$1",
      "o365.content_created": "2023-06-01T13:20:00.500Z",
    });
    assert.deepEqual(record[auditRecord], JSON.parse(TEXT));
  });

  test("records() shares one resource and one scope, for ever", () => {
    const factory = createRecordFactory(OPTIONS);
    const records = [...factory.records([TEXT, "{}"], CONTENT), ...factory.records([TEXT], CONTENT)];
    assert.equal(new Set(records.map((record) => record.resource)).size, 1);
    assert.equal(new Set(records.map((record) => record.instrumentationScope)).size, 1);
    assert.equal(records[0]?.instrumentationScope.name, "otel-o365/receiver");
    assert.deepEqual(records[0].resource.attributes, {
      "service.name": "otel-o365",
      "service.version": "1.2.3",
      "cloud.provider": "azure",
      "o365.tenant_id": OPTIONS.tenantId,
      "o365.cloud": "gcc_high",
      "o365.integration": "o365/contoso",
    });
  });

  const malformed: readonly { name: string; text: string; parsed: unknown }[] = [
    { name: "cut JSON", text: '{"Id":"x"', parsed: null },
    { name: "no JSON at all", text: "nope", parsed: null },
    { name: "nothing", text: "", parsed: null },
    { name: "an array", text: "[1]", parsed: null },
    { name: "a string", text: '"x"', parsed: null },
    { name: "null", text: "null", parsed: null },
    { name: "an object without a time", text: '{"A":1}', parsed: { A: 1 } },
    { name: "a time that is none", text: '{"CreationTime":"soon"}', parsed: { CreationTime: "soon" } },
    { name: "a time that is a number", text: '{"CreationTime":1}', parsed: { CreationTime: 1 } },
    {
      name: "the first of all times",
      text: '{"CreationTime":"0001-01-01T00:00:00"}',
      parsed: { CreationTime: "0001-01-01T00:00:00" },
    },
  ];
  for (const { name, text, parsed } of malformed) {
    test(`records() passes on ${name}, marked, at the time of its blob`, () => {
      const record = single(text);
      assert.equal(record.body, text);
      assert.equal(record.attributes["o365.malformed"], true);
      assert.deepEqual(record.hrTime, [1_685_625_600, 500_000_000]);
      assert.deepEqual(record[auditRecord], parsed);
      assert.equal(record.attributes["log.record.uid"], textUid(text));
      assert.ok(!("eventName" in record));
      assert.ok(!("o365.id" in record.attributes));
    });
  }

  test("records() marks a damaged text as malformed but keeps its own time", () => {
    const record = single(TEXT, {}, new Set([0]));
    assert.equal(record.attributes["o365.malformed"], true);
    assert.deepEqual(record.hrTime, [1_685_625_138, 0]);
  });

  test("records() gives records of one Id but two operations two uids, and equal records one", () => {
    const match = '{"Id":"x","Operation":"DlpRuleMatch"}';
    const texts = [match, '{"Id":"x","Operation":"DlpRuleUndo"}', `{"More":1,${match.slice(1)}`];
    const uids = createRecordFactory(OPTIONS)
      .records(texts, CONTENT)
      .map((record) => record.attributes["log.record.uid"]);
    assert.notEqual(uids[0], uids[1]);
    assert.equal(uids[0], uids[2]);
  });

  test("records() takes the time of observation for a blob without one", () => {
    const [record] = createRecordFactory(OPTIONS).records(["{}"], { ...CONTENT, createdIso: "" });
    assert.deepEqual(record?.hrTime, [1_700_000_000, 123_000_000]);
  });

  test("records() tells the content type by the record type when there is no blob, or leaves it out", () => {
    const texts = [TEXT, TEXT.replace('"RecordType":8', '"RecordType":63'), "cut"];
    const records = createRecordFactory(OPTIONS).records(texts, undefined);
    const [known, unknown, malformed] = records.map(({ attributes }) => attributes);
    const { "o365.content_type": contentType, ...rest } = known ?? {};
    assert.equal(contentType, "Audit.AzureActiveDirectory");
    const {
      "o365.content_type": _type,
      "o365.content_id": _id,
      "o365.content_created": _created,
      ...own
    } = single(TEXT).attributes;
    assert.deepEqual(rest, own, "the rest as with a blob");
    assert.ok(unknown !== undefined && !("o365.content_type" in unknown));
    assert.deepEqual(malformed, { "log.record.uid": textUid("cut"), "o365.malformed": true });
    assert.deepEqual(records[2]?.hrTime, [1_700_000_000, 123_000_000], "the time of observation");
  });

  suite("matched values", () => {
    const text = '{"CreationTime":"2023-06-01T13:12:18","Id":"x" ,"D":{"DetectedValues":["4111"]},"N":1.0}';

    test("records() drops them from body and parsed object, and says so", () => {
      const record = single(text);
      assert.equal(record.body, '{"CreationTime":"2023-06-01T13:12:18","Id":"x" ,"D":{"DetectedValues":[]},"N":1.0}');
      assert.equal(record.attributes["o365.redacted"], true);
      assert.ok(!("o365.malformed" in record.attributes));
      assert.deepEqual(record[auditRecord]?.["D"], { DetectedValues: [] });
    });

    test("records() drops them from a malformed record", () => {
      const record = single(text.slice(0, -12));
      assert.doesNotMatch(String(record.body), /4111/);
      assert.equal(record.attributes["o365.redacted"], true);
      assert.equal(record.attributes["o365.malformed"], true);
    });

    test("records() keeps them when told to", () => {
      const record = single(text, { dlpValues: "keep" });
      assert.equal(record.body, text);
      assert.ok(!("o365.redacted" in record.attributes));
      assert.deepEqual(record[auditRecord]?.["D"], { DetectedValues: ["4111"] });
    });
  });
});
