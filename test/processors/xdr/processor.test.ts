import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createNoopMeter, SeverityNumber } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { LogsConsumer, Settings } from "../../../collector/component.ts";
import { type AuditLogRecord, auditRecord, type JsonObject } from "../../../collector/record.ts";
import { config } from "../../../processors/xdr/config.ts";
import { factory } from "../../../processors/xdr/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { makeCollectorEvent } from "../../support/log-records.ts";
import { testSettings } from "../../support/test-settings.ts";
import { asReceived } from "./as-received.ts";

const NOW = Date.UTC(2026, 10, 22);
const SIGN_IN = JSON.stringify({
  Id: "5f7d2f6c-0000-4000-8000-000000000001",
  CreationTime: "2024-01-02T03:04:05",
  Operation: "UserLoggedIn",
  RecordType: 15,
  UserId: "ann@contoso.com",
});
const THREAT = JSON.stringify({
  Id: "5f7d2f6c-0000-4000-8000-000000000002",
  CreationTime: "2024-01-02T03:04:05",
  Operation: "TIMailData",
  RecordType: 28,
  P2Sender: "evil@example.com",
});

interface Bench {
  readonly sent: ReadableLogRecord[][];
  readonly counted: Map<string, number>;
  readonly errors: string[];
  readonly processor: LogsConsumer & { start(): Promise<void>; shutdown(signal: AbortSignal): Promise<void> };
}

function bench(yaml: Record<string, unknown> = {}, consume?: LogsConsumer["consume"]): Bench {
  const sent: ReadableLogRecord[][] = [];
  const counted = new Map<string, number>();
  const errors: string[] = [];
  const quiet = (): void => {};
  const logger: Settings["logger"] = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (message) => void errors.push(message),
    with: () => logger,
  };
  const meter = createNoopMeter();
  meter.createCounter = () => ({
    add: (value, attributes) => {
      const schema = String(attributes?.["schema"]);
      counted.set(schema, (counted.get(schema) ?? 0) + value);
    },
  });
  const settings: Settings = {
    id: "xdr",
    logger,
    meter,
    clock: { now: () => NOW, sleep: () => Promise.resolve(), timeoutSignal: () => new AbortController().signal },
    reportStatus: quiet,
    random: () => 0.5,
  };
  const next: LogsConsumer = {
    consume: consume ?? (async (records) => void sent.push([...records])),
  };
  return { sent, counted, errors, processor: factory.create(settings, config.parse(yaml), next) };
}

const signal = new AbortController().signal;

checkProcessorContract("xdr", (next) => factory.create(testSettings(), factory.config.parse({}), next));

suite("XdrProcessor", () => {
  test("consume() passes on new records with the same time, body, resource, scope and parsed record", async () => {
    const { sent, processor } = bench();
    const received = asReceived(SIGN_IN);
    const before = structuredClone(received.attributes);
    await processor.consume([received], signal);
    const [record] = sent[0] ?? [];
    assert.ok(record !== undefined && record !== received);
    assert.equal(record.hrTime, received.hrTime);
    assert.equal(record.hrTimeObserved, received.hrTimeObserved);
    assert.equal(record.body, received.body);
    assert.equal(record.resource, received.resource);
    assert.equal(record.instrumentationScope, received.instrumentationScope);
    assert.equal(record.eventName, "UserLoggedIn");
    const parsed: AuditLogRecord = record;
    assert.equal(parsed[auditRecord], received[auditRecord]);
    assert.equal(record.attributes["xdr.schema"], "scwx.auth");
    assert.equal(record.attributes["xdr.sensor_id"], "o365/contoso");
    assert.equal(record.attributes["xdr.ingest_time_usec"], NOW * 1000);
    assert.equal(record.severityText, "INFO");
    assert.deepEqual(received.attributes, before);
  });

  test("consume() parses the body when nobody has parsed it yet", async () => {
    const { sent, processor } = bench();
    const { [auditRecord]: _parsed, ...bare } = asReceived(SIGN_IN);
    await processor.consume([bare], signal);
    assert.equal(sent[0]?.[0]?.attributes["xdr.target_user_name"], "ann@contoso.com");
  });

  test("consume() keeps a severity that the record came with", async () => {
    const { sent, processor } = bench();
    await processor.consume(
      [{ ...asReceived(SIGN_IN), severityNumber: SeverityNumber.FATAL, severityText: "FATAL" }],
      signal,
    );
    assert.equal(sent[0]?.[0]?.severityNumber, SeverityNumber.FATAL);
    assert.equal(sent[0]?.[0]?.severityText, "FATAL");
  });

  test("consume() maps what cannot be read to generic", async () => {
    const { sent, counted, processor } = bench();
    await processor.consume(
      ["{cut", "[]", "", "7"].map((text) => asReceived(text)),
      signal,
    );
    for (const record of sent[0] ?? []) assert.equal(record.attributes["xdr.schema"], "generic");
    assert.equal(counted.get("generic"), 4);
  });

  test("consume() passes the collector's own events on as they are", async () => {
    const { sent, counted, processor } = bench();
    const event = makeCollectorEvent("gap");
    await processor.consume([event], signal);
    assert.equal(sent[0]?.[0], event);
    assert.equal(counted.size, 0);
  });

  test("consume() maps an audit record whose operation is the name of such an event", async () => {
    const { sent, processor } = bench();
    const text = '{"Operation":"o365.collector.gap","RecordType":6,"UserId":"zoe@contoso.example"}';
    await processor.consume([{ ...asReceived(text), eventName: "o365.collector.gap" }], signal);
    assert.equal(sent[0]?.[0]?.attributes["user.name"], "zoe@contoso.example");
  });

  test("consume() sends a mail threat twice with email_copy, each with a uid of its own", async () => {
    const { sent, counted, processor } = bench({ email_copy: true });
    await processor.consume([asReceived(THREAT), asReceived(SIGN_IN)], signal);
    const [threat, copy, signIn] = (sent[0] ?? []).map((record) => record.attributes);
    assert.equal(sent[0]?.length, 3);
    assert.equal(threat?.["xdr.schema"], "scwx.thirdpartyalert");
    assert.equal(copy?.["xdr.schema"], "scwx.email");
    assert.equal(signIn?.["xdr.schema"], "scwx.auth");
    assert.equal(copy?.["xdr.sensor_event_id"], threat?.["xdr.sensor_event_id"]);
    assert.match(String(copy?.["log.record.uid"]), /^[0-9a-f-]{36}$/);
    assert.notEqual(copy?.["log.record.uid"], threat?.["log.record.uid"]);
    assert.deepEqual(Object.fromEntries(counted), { thirdpartyalert: 1, email: 1, auth: 1 });
  });

  test("consume() passes on a mail threat whose copy breaks", async () => {
    const threat: JsonObject = JSON.parse(THREAT);
    let reads = 0;
    let most = Number.POSITIVE_INFINITY;
    const counting = {
      ...threat,
      get Operation(): string {
        reads += 1;
        if (reads > most) throw new Error("broken on purpose");
        return "TIMailData";
      },
    };
    const received: AuditLogRecord = { ...asReceived(THREAT), [auditRecord]: counting };
    await bench().processor.consume([received], signal);
    most = reads;
    reads = 0;
    const { sent, errors, processor } = bench({ email_copy: true });
    await processor.consume([received], signal);
    assert.deepEqual(
      sent[0]?.map((record) => record.attributes["xdr.schema"]),
      ["scwx.thirdpartyalert"],
    );
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? "", /passes on without its copy as mail$/);
  });

  test("consume() moves the text where original_data says", async () => {
    const { sent, processor } = bench({ original_data: "attribute" });
    await processor.consume([asReceived(SIGN_IN)], signal);
    const [record] = sent[0] ?? [];
    assert.ok(record !== undefined && !("body" in record));
    assert.equal(record.attributes["xdr.original_data"], SIGN_IN);
  });

  test("consume() passes on a record that breaks the mapping, and the others mapped", async () => {
    const { sent, errors, processor } = bench();
    const broken: AuditLogRecord = {
      ...asReceived(SIGN_IN),
      [auditRecord]: {
        get Operation(): string {
          throw new Error("broken on purpose");
        },
      },
    };
    await processor.consume([broken, asReceived(SIGN_IN), broken], signal);
    assert.deepEqual(
      sent[0]?.map((record) => record.attributes["xdr.schema"]),
      ["generic", "scwx.auth", "generic"],
    );
    assert.equal(errors.length, 1);
  });

  test("consume() settles as the next consumer does", async () => {
    const refused = new Error("refused");
    const { processor } = bench({}, () => Promise.reject(refused));
    await assert.rejects(processor.consume([asReceived(SIGN_IN)], signal), refused);
    let settle = (): void => {};
    const slow = bench({}, () => new Promise((resolve) => void (settle = resolve)));
    let settled = false;
    const consumed = slow.processor.consume([asReceived(SIGN_IN)], signal).then(() => void (settled = true));
    await Promise.resolve();
    assert.equal(settled, false);
    settle();
    await consumed;
    assert.equal(settled, true);
  });

  test("shutdown() works before start() and when repeated", async () => {
    const { processor } = bench();
    await processor.shutdown(signal);
    await processor.start();
    await processor.shutdown(signal);
    await processor.shutdown(signal);
  });
});
