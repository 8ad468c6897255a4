import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { type LogRecord, SeverityNumber } from "@opentelemetry/api";
import { mapAuditRecord, XdrLogRecordProcessor, type XdrLogRecordProcessorOptions } from "../../../processors/index.ts";

const RECORD = {
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  CreationTime: "2024-01-02T03:04:05",
  Operation: "UserLoginFailed",
  RecordType: 15,
  UserId: "ann@contoso.com",
  ClientIP: "1.2.3.4",
  ErrorNumber: "50126",
};

async function emit(record: LogRecord, options?: XdrLogRecordProcessorOptions): Promise<ReadableLogRecord> {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [new XdrLogRecordProcessor(options), new SimpleLogRecordProcessor({ exporter })],
  });
  provider.getLogger("test").emit(record);
  await provider.forceFlush();
  const [finished] = exporter.getFinishedLogRecords();
  await provider.shutdown();
  assert.ok(finished !== undefined);
  return finished;
}

suite("XdrLogRecordProcessor", () => {
  for (const [form, body] of [
    ["JSON text", JSON.stringify(RECORD)],
    ["an object", RECORD],
  ] as const) {
    test(`onEmit() normalizes an audit record that comes as ${form}`, async () => {
      const {
        attributes,
        severityText,
        eventName,
        body: after,
      } = await emit({ body }, { sensorId: "mine", now: () => 5 });
      assert.equal(attributes["xdr.schema"], "scwx.auth");
      assert.equal(attributes["xdr.action"], "LOGON_FAILURE");
      assert.equal(attributes["xdr.event_time_usec"], Date.UTC(2024, 0, 2, 3, 4, 5) * 1000);
      assert.equal(attributes["xdr.ingest_time_usec"], 5000);
      assert.equal(attributes["xdr.sensor_id"], "mine");
      assert.equal(attributes["client.address"], "1.2.3.4");
      assert.equal(severityText, "WARN");
      assert.equal(eventName, "UserLoginFailed");
      assert.deepEqual(after, body);
    });
  }

  test("onEmit() normalizes from the receiver's attributes when there is no body", async () => {
    const { attributes } = await emit({
      timestamp: new Date("2024-01-02T03:04:05.678Z"),
      eventName: "UserLoggedIn",
      attributes: {
        "o365.id": RECORD.Id,
        "o365.record_type": 15,
        "o365.user_id": "ann@contoso.com",
        "o365.client_ip": "1.2.3.4:5",
      },
    });
    assert.equal(attributes["xdr.schema"], "scwx.auth");
    assert.equal(attributes["xdr.sensor_event_id"], RECORD.Id);
    assert.equal(attributes["xdr.event_time_usec"], Date.UTC(2024, 0, 2, 3, 4, 5, 678) * 1000);
    assert.equal(attributes["xdr.source_address"], "1.2.3.4");
    assert.equal(attributes["xdr.target_user_name"], "ann@contoso.com");
  });

  test("onEmit() marks a malformed record of the receiver as generic", async () => {
    const { attributes } = await emit({ body: "{cut", attributes: { "o365.malformed": true } });
    assert.equal(attributes["xdr.schema"], "generic");
  });

  for (const body of ["started", '{"message":"started"}', { message: "started" }, 7, undefined, null]) {
    test(`onEmit() leaves a log record alone whose body is ${JSON.stringify(body)}`, async () => {
      const { attributes, severityNumber } = await emit({ body, attributes: { mine: 1 } });
      assert.deepEqual({ ...attributes }, { mine: 1 });
      assert.equal(severityNumber, undefined);
    });
  }

  test("onEmit() keeps severity, event name and attributes that are there", async () => {
    const { attributes, severityNumber, eventName } = await emit({
      body: RECORD,
      severityNumber: SeverityNumber.FATAL,
      eventName: "mine",
      attributes: { "user.name": "mine" },
    });
    assert.equal(attributes["user.name"], "mine");
    assert.equal(severityNumber, SeverityNumber.FATAL);
    assert.equal(eventName, "mine");
  });

  test("onEmit() drops the body when told to", async () => {
    const { attributes, body } = await emit({ body: JSON.stringify(RECORD) }, { originalData: "attribute" });
    assert.equal(body, undefined);
    assert.equal(attributes["xdr.original_data"], JSON.stringify(RECORD));
  });
});

suite("mapAuditRecord()", () => {
  test("maps a parsed record and its text alike", () => {
    const options = { tenantId: "11063" };
    assert.deepEqual(mapAuditRecord(RECORD, options), mapAuditRecord(JSON.stringify(RECORD), options));
    assert.equal(mapAuditRecord(RECORD).schema, "auth");
    assert.equal(mapAuditRecord("nonsense").schema, "generic");
  });
});
