import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, type LogRecordExporter, type ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { ErrorCode } from "../../collector/errors.ts";
import {
  LosslessLogRecordProcessor,
  type LosslessLogRecordProcessorOptions,
} from "../../sdk/lossless-log-record-processor.ts";
import { eventually } from "../support/eventually.ts";
import { idsOf, makeRecord, makeRecords } from "../support/log-records.ts";
import { settle } from "../support/manual-clock.ts";
import { type OtlpSink, startOtlpSink, type SinkOptions } from "../support/otlp-sink.ts";
import { type LogLine, recordingLogger } from "../support/test-settings.ts";

const closers: (() => Promise<unknown>)[] = [];

async function startSink(options: SinkOptions = {}): Promise<OtlpSink> {
  const sink = await startOtlpSink(options);
  closers.push(() => sink.close());
  return sink;
}

type Done = Parameters<LogRecordExporter["export"]>[1];

/** An exporter whose results a test decides. */
class HeldExporter implements LogRecordExporter {
  readonly batches: { readonly records: readonly ReadableLogRecord[]; readonly done: Done }[] = [];
  shutdowns = 0;
  export(records: ReadableLogRecord[], done: Done): void {
    this.batches.push({ records, done });
  }
  succeed(index: number): void {
    this.batches[index]?.done({ code: 0 });
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {
    this.shutdowns += 1;
  }
}

function make(
  exporter: LogRecordExporter,
  options: Partial<LosslessLogRecordProcessorOptions> = {},
): { readonly processor: LosslessLogRecordProcessor; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  return {
    processor: new LosslessLogRecordProcessor({ exporter, logger: recordingLogger(lines), ...options }),
    lines,
  };
}

function emit(processor: LosslessLogRecordProcessor, records: readonly ReadableLogRecord[]): void {
  for (const record of records) processor.onEmit(record);
}

/** Whether a promise is still pending once everything that can happen has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const outcome = Promise.race([promise.then(() => false), settle().then(() => true)]);
  return await outcome;
}

suite("LosslessLogRecordProcessor", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("exports what a LoggerProvider is given, and forceFlush() resolves when the backend has it", async () => {
    const sink = await startSink();
    const { processor } = make(new OTLPLogExporter({ url: `${sink.url}/v1/logs` }), { maxExportBatchSize: 3 });
    const provider = new LoggerProvider({ processors: [processor] });
    for (let number = 0; number < 10; number += 1) provider.getLogger("test").emit({ body: String(number) });
    await provider.forceFlush();
    assert.deepEqual(
      sink
        .accepted()
        .map(({ body }) => Number(body))
        .toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.deepEqual(
      sink.requests.map(({ records }) => records.length).toSorted((a, b) => a - b),
      [1, 3, 3, 3],
      "batches as large as asked for, and the rest by forceFlush()",
    );
    await provider.shutdown();
  });

  test("exports fewer records than a batch after scheduledDelayMillis, without being flushed", async () => {
    const exporter = new HeldExporter();
    const { processor } = make(exporter, { scheduledDelayMillis: 5 });
    emit(processor, makeRecords(2));
    await eventually(
      () => exporter.batches.length === 1,
      () => "nothing was exported",
    );
    exporter.succeed(0);
    await processor.shutdown();
  });

  test("forceFlush() waits for the result of every batch, in whatever order results come", async () => {
    const exporter = new HeldExporter();
    const { processor } = make(exporter, { maxExportBatchSize: 2 });
    emit(processor, makeRecords(5));
    const flushed = processor.forceFlush();
    await settle();
    assert.equal(exporter.batches.length, 3);
    exporter.succeed(2);
    exporter.succeed(0);
    assert.ok(await isPending(flushed));
    assert.equal(processor.held, 2);
    exporter.succeed(1);
    await flushed;
    assert.equal(processor.held, 0);
    await processor.shutdown();
  });

  test("tries a failed export again until it succeeds, and tells its status meanwhile", async () => {
    const sink = await startSink({
      answer: (_request, index) => (index === 0 ? { kind: "status", status: 500 } : { kind: "ok" }),
    });
    const { processor, lines } = make(new OTLPLogExporter({ url: `${sink.url}/v1/logs` }));
    emit(processor, makeRecords(3));
    await processor.forceFlush();
    assert.equal(processor.statuses()[0]?.status, "ok");
    assert.equal(sink.recordCount, 3);
    assert.deepEqual(
      lines.map(({ level }) => level),
      ["warn", "info"],
    );
    assert.match(lines[0]?.message ?? "", /^Cannot export records through OTLPLogExporter: it answered 500 Internal/);
    await processor.shutdown();
  });

  test("leaves it to who listens to its status to log it", async () => {
    let failing = true;
    const exporter = new HeldExporter();
    exporter.export = (_records, done) => done({ code: failing ? 1 : 0 });
    const { processor, lines } = make(exporter);
    const heard: string[] = [];
    const end = processor.onStatus(({ status }) => {
      heard.push(status);
      failing = false;
    });
    emit(processor, makeRecords(1));
    await processor.forceFlush();
    end();
    assert.deepEqual(heard, ["recoverable_error", "ok"]);
    assert.deepEqual(lines, []);
    await processor.shutdown();
  });

  test("sets aside single records that the backend refuses for good, with deadLetterDirectory", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lossless-"));
    closers.push(async () => rmSync(directory, { recursive: true }));
    const sink = await startSink({
      answer: ({ records }) =>
        records.some(({ body }) => body === "bad") ? { kind: "status", status: 400 } : { kind: "ok" },
    });
    const exporter = new OTLPLogExporter({ url: `${sink.url}/v1/logs` });
    const { processor } = make(exporter, { deadLetterDirectory: directory, name: "sdk/siem" });
    emit(processor, [
      makeRecord("a", { body: "good" }),
      makeRecord("b", { body: "bad" }),
      makeRecord("c", { body: "good" }),
    ]);
    await processor.forceFlush();
    assert.deepEqual(
      sink.accepted().map(({ body }) => body),
      ["good", "good"],
    );
    const lines = readFileSync(join(directory, "dead-letters", "sdk%2Fsiem.jsonl"), "utf8")
      .trim()
      .split("\n");
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /"stringValue":"bad"/);
    await processor.shutdown();
  });

  test("holds what the backend refuses for good without one, and says what to do", async () => {
    const sink = await startSink({ answer: () => ({ kind: "status", status: 400 }) });
    const { processor } = make(new OTLPLogExporter({ url: `${sink.url}/v1/logs` }), { shutdownTimeoutMillis: 1 });
    emit(processor, makeRecords(1));
    void processor.forceFlush().catch(() => {});
    await eventually(
      () => processor.statuses().length > 0,
      () => "no status",
    );
    const [entry] = processor.statuses();
    assert.equal(entry?.status, "permanent_error");
    assert.match(entry.message ?? "", /400 Bad Request.*they are held; set deadLetterDirectory/);
    assert.equal(processor.held, 1);
    await assert.rejects(processor.shutdown(), { code: ErrorCode.unavailable });
  });

  test("refuses records beyond maxQueueSize, counts none of them as taken and says so once", async () => {
    const exporter = new HeldExporter();
    const { processor, lines } = make(exporter, { maxExportBatchSize: 2, maxQueueSize: 4 });
    emit(processor, makeRecords(7));
    await settle();
    assert.deepEqual([processor.taken, processor.held], [4, 4]);
    assert.equal(lines.length, 1);
    assert.match(lines[0]?.message ?? "", /^Cannot take log records: it holds 4 already; raise maxQueueSize/);
    exporter.succeed(0);
    exporter.succeed(1);
    await processor.forceFlush();
    assert.deepEqual(
      exporter.batches.flatMap(({ records }) => idsOf(records)),
      idsOf(makeRecords(4)),
    );
    await processor.shutdown();
  });

  test("room() waits for room, and sends for it what waits for more records", async () => {
    const exporter = new HeldExporter();
    const { processor } = make(exporter, { maxExportBatchSize: 2, maxQueueSize: 3 });
    await processor.room();
    emit(processor, makeRecords(3));
    assert.ok(processor.isFull);
    const room = processor.room();
    assert.ok(await isPending(room));
    assert.equal(exporter.batches.length, 2);
    exporter.succeed(0);
    await room;
    assert.ok(!processor.isFull);
    exporter.succeed(1);
    await processor.shutdown();
  });

  test("shutdown() gives up on a dead backend in time, says how many records that costs, and stops the exporter", async () => {
    const exporter = new HeldExporter();
    const { processor, lines } = make(exporter, { shutdownTimeoutMillis: 5 });
    emit(processor, makeRecords(3));
    const expected = {
      code: ErrorCode.unavailable,
      message: /^Cannot export 3 log records before the end: .*collected again/,
    };
    await assert.rejects(processor.shutdown(), expected);
    await assert.rejects(processor.shutdown(), expected);
    await assert.rejects(processor.forceFlush());
    assert.equal(exporter.shutdowns, 1);
    emit(processor, makeRecords(1));
    assert.equal(processor.taken, 3);
    assert.match(lines.at(-1)?.message ?? "", /it is shut down/);
  });

  test("waits for the attributes of a resource that are still looked up", async () => {
    const exporter = new HeldExporter();
    const { processor } = make(exporter);
    const host = Promise.withResolvers<string>();
    const resource = resourceFromAttributes({ "host.name": host.promise });
    processor.onEmit(makeRecord("a", { resource }));
    const flushed = processor.forceFlush();
    await settle();
    assert.equal(exporter.batches.length, 0);
    host.resolve("here");
    await eventually(
      () => exporter.batches.length === 1,
      () => "nothing was exported",
    );
    assert.equal(exporter.batches[0]?.records[0]?.resource.attributes["host.name"], "here");
    exporter.succeed(0);
    await flushed;
    await processor.shutdown();
  });

  for (const options of [{ maxExportBatchSize: 0 }, { maxQueueSize: 511 }, { maxQueueSize: 1.5 }]) {
    test(`cannot be made with ${JSON.stringify(options)}`, () => {
      assert.throws(() => make(new HeldExporter(), options), { name: "RangeError", message: /; set at least / });
    });
  }
});
