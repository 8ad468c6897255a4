import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeverityNumber } from "@opentelemetry/api";
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
} from "@opentelemetry/sdk-logs";
import { integrationResource } from "../../collector/integration-resource.ts";
import { ErrorCode } from "../../collector/errors.ts";
import { type AcknowledgedBy, acknowledgementOf } from "../../sdk/acknowledgement.ts";
import { LoggerProviderExporter } from "../../sdk/logger-provider-exporter.ts";
import { LosslessLogRecordProcessor } from "../../sdk/lossless-log-record-processor.ts";
import { makeRecord, makeRecords } from "../support/log-records.ts";
import { testSettings, type TestSettings } from "../support/test-settings.ts";

const never = new AbortController().signal;

interface Made {
  readonly exporter: LoggerProviderExporter;
  readonly provider: LoggerProvider;
  readonly memory: InMemoryLogRecordExporter;
  readonly lossless: LosslessLogRecordProcessor;
  readonly settings: TestSettings;
}

/** A provider with a lossless processor into memory, and what emits through it. */
function make(
  options: {
    readonly front?: LogRecordProcessor;
    readonly mayDrop?: boolean;
    readonly by?: (lossless: LosslessLogRecordProcessor) => AcknowledgedBy;
  } = {},
): Made {
  const { front, mayDrop = false, by = (lossless) => lossless } = options;
  const memory = new InMemoryLogRecordExporter();
  const settings = testSettings();
  const lossless = new LosslessLogRecordProcessor({ exporter: memory, logger: settings.logger });
  const processors = front === undefined ? [lossless] : [front, lossless];
  const loggerProvider = new LoggerProvider({ processors });
  const target = { loggerProvider, acknowledgement: acknowledgementOf(by(lossless)), mayDrop };
  return {
    exporter: new LoggerProviderExporter(settings, target),
    provider: loggerProvider,
    memory,
    lossless,
    settings,
  };
}

function processor(onEmit: (record: ReadWriteLogRecord) => void): LogRecordProcessor {
  return { onEmit, forceFlush: async () => {}, shutdown: async () => {} };
}

suite("LoggerProviderExporter", () => {
  test("consume() emits every part of a record, and whose it is", async () => {
    const { exporter, memory, provider } = make();
    const identity = { tenantId: "t", cloud: "commercial", integration: "o365/contoso" };
    const record = makeRecord("a", {
      resource: integrationResource(identity),
      eventName: "UserLoggedIn",
      body: '{"Id":1}',
      severityNumber: SeverityNumber.WARN,
      severityText: "WARN",
    });
    await exporter.consume([record], never);
    const [emitted] = memory.getFinishedLogRecords();
    assert.ok(emitted !== undefined);
    for (const part of ["hrTime", "hrTimeObserved", "eventName", "body", "severityNumber", "severityText"] as const) {
      assert.deepEqual(emitted[part], record[part], part);
    }
    assert.deepEqual(emitted.attributes, {
      "o365.tenant_id": "t",
      "o365.cloud": "commercial",
      "o365.integration": "o365/contoso",
      ...record.attributes,
    });
    assert.equal(emitted.instrumentationScope.name, record.instrumentationScope.name);
    await provider.shutdown();
  });

  test("consume() rejects, and asks for somebody, when the acknowledging processor is none of the provider's", async () => {
    const { exporter, lossless } = make({
      by: () => new LosslessLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() }),
    });
    await assert.rejects(exporter.consume(makeRecords(2), never), {
      code: ErrorCode.misdirected,
      message:
        /^Cannot hand 2 records to the LoggerProvider: they did not reach .*; make it one of the provider's processors/,
    });
    await lossless.shutdown();
  });

  test("consume() rejects after the provider was shut down", async () => {
    const { exporter, provider } = make();
    await provider.shutdown();
    await assert.rejects(exporter.consume(makeRecords(1), never), { message: /stop the receiver before the provider/ });
  });

  test("consume() rejects when one of several acknowledging processors lacks the record", async () => {
    const other = new LosslessLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
    const { exporter, provider } = make({ by: (lossless) => [lossless, other] });
    await assert.rejects(exporter.consume(makeRecords(1), never), { code: ErrorCode.misdirected });
    await provider.shutdown();
  });

  test("consume() emits again only what did not arrive", async () => {
    let broken = true;
    const front = processor((record) => {
      if (broken && record.attributes["log.record.uid"] === "id-1") throw new Error("no such user");
    });
    const { exporter, provider, memory } = make({ front });
    const records = [0, 1, 2].map((n) => makeRecord(`id-${n}`, { attributes: { "log.record.uid": `id-${n}` } }));
    await assert.rejects(exporter.consume(records, never), { message: /hand 1 record to .*: no such user/ });
    broken = false;
    await exporter.consume(records, never);
    assert.deepEqual(
      memory.getFinishedLogRecords().map(({ attributes }) => attributes["log.record.uid"]),
      ["id-0", "id-2", "id-1"],
    );
    await provider.shutdown();
  });

  test("consume() takes it for done that a minimum severity leaves records out, with mayDrop only", async () => {
    for (const mayDrop of [true, false]) {
      const memory = new InMemoryLogRecordExporter();
      const lossless = new LosslessLogRecordProcessor({ exporter: memory });
      const loggerProvider = new LoggerProvider({
        processors: [lossless],
        loggerConfigurator: () => ({ enabled: true, minimumSeverity: SeverityNumber.ERROR, traceBased: false }),
      });
      const target = { loggerProvider, acknowledgement: acknowledgementOf(lossless), mayDrop };
      const exporter = new LoggerProviderExporter(testSettings(), target);
      const consumed = exporter.consume([makeRecord("a", { severityNumber: SeverityNumber.INFO })], never);
      await (mayDrop ? consumed : assert.rejects(consumed, { message: /minimumSeverity/ }));
      assert.equal(memory.getFinishedLogRecords().length, 0);
      await loggerProvider.shutdown();
    }
  });

  test("consume() with a function rejects as long as that does, and may be tried again", async () => {
    let flushes = 0;
    const { exporter, provider } = make({
      by: () => () => {
        flushes += 1;
        return flushes === 1 ? Promise.reject(new Error("disk full")) : Promise.resolve();
      },
    });
    const records = makeRecords(1);
    await assert.rejects(exporter.consume(records, never), {
      name: "RetryableError",
      message: /flushing failed: disk full; what was emitted is not acknowledged/,
    });
    await exporter.consume(records, never);
    await provider.shutdown();
  });

  test("consume() waits for room instead of having records refused", async () => {
    const memory = new InMemoryLogRecordExporter();
    const lossless = new LosslessLogRecordProcessor({ exporter: memory, maxExportBatchSize: 2, maxQueueSize: 4 });
    const loggerProvider = new LoggerProvider({ processors: [lossless] });
    const target = { loggerProvider, acknowledgement: acknowledgementOf(lossless), mayDrop: false };
    const exporter = new LoggerProviderExporter(testSettings(), target);
    const batches = Array.from({ length: 6 }, (_, number) => makeRecords(5, `batch-${number}`));
    await Promise.all(batches.map((batch) => exporter.consume(batch, never)));
    assert.equal(memory.getFinishedLogRecords().length, 30);
    await loggerProvider.shutdown();
  });

  test("consume() gives up with the reason of its signal while a flush hangs", async () => {
    const { exporter, provider } = make({ by: () => () => new Promise(() => {}) });
    const stop = new AbortController();
    const consumed = exporter.consume(makeRecords(1), stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(consumed, { message: "enough" });
    await provider.shutdown();
  });

  test("reports what keeps the processor from exporting as its own status, from start() to shutdown()", async () => {
    const settings = testSettings();
    let failing = true;
    const lossless = new LosslessLogRecordProcessor({
      exporter: {
        export: (_records, done) => done(failing ? { code: 1, error: new Error("refused to connect") } : { code: 0 }),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
      logger: settings.logger,
    });
    const loggerProvider = new LoggerProvider({ processors: [lossless] });
    const target = { loggerProvider, acknowledgement: acknowledgementOf(lossless), mayDrop: false };
    const exporter = new LoggerProviderExporter(settings, target);
    await exporter.start();
    const consumed = exporter.consume(makeRecords(1), never);
    while (settings.reports.length === 0) await new Promise(setImmediate);
    failing = false;
    await consumed;
    assert.deepEqual(
      settings.reports.map(({ status, aspect }) => [status, aspect]),
      [
        ["recoverable_error", "export"],
        ["ok", "export"],
      ],
    );
    await exporter.shutdown();
    await loggerProvider.shutdown();
  });
});

suite("acknowledgementOf()", () => {
  for (const [name, by] of [
    ["BatchLogRecordProcessor", new BatchLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() })],
    ["sdk/lossless", "sdk/lossless"],
  ] as const) {
    test(`refuses ${name}, which acknowledges nothing`, () => {
      assert.throws(() => acknowledgementOf(by as unknown as AcknowledgedBy), {
        name: "TypeError",
        message: new RegExp(`^Cannot acknowledge records by ${name}: it may drop them`),
      });
    });
  }

  for (const by of [undefined, []]) {
    test(`says that acknowledgedBy is missing when it is ${by === undefined ? "undefined" : "an empty list"}`, () => {
      assert.throws(() => acknowledgementOf(by as unknown as AcknowledgedBy), {
        name: "TypeError",
        message: /^Cannot acknowledge records: acknowledgedBy is missing or empty; give the LosslessLogRecordProcessor/,
      });
    });
  }
});
