import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { inspect } from "node:util";
import { SeverityNumber } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { ErrorCode } from "../../../collector/errors.ts";
import type { Fact } from "../../../collector/preflight/fact.ts";
import { auditRecordOf, auditRecord, type AuditLogRecord } from "../../../collector/record.ts";
import { factory } from "../../../processors/sdk/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { eventually } from "../../support/eventually.ts";
import { idsOf, makeCollectorEvent, makeRecord, makeRecords } from "../../support/log-records.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const TROUBLES = "otel_o365_processor_sdk_troubles";

const MODULE = `
const base = { forceFlush: async () => {}, shutdown: async () => {} };
export const exporter = { export(_records, done) { done({ code: 0 }); }, shutdown: async () => {} };
export class Tagging { constructor(options) { Object.assign(this, base); this.options = options; } onEmit(record) { record.setAttribute("team", this.options.team); record.setBody("changed"); record.setSeverityNumber(17); } }
export class Idle { constructor() { Object.assign(this, base); } onEmit() {} }
export class Picky { constructor(next, only) { Object.assign(this, base, { next, only }); } onEmit(record, context) { if (record.attributes["o365.id"].endsWith(this.only)) this.next.onEmit(record, context); } }
export class Doubling { constructor({ next }) { Object.assign(this, base, { next }); } onEmit(record) { this.next.onEmit(record); this.next.onEmit(record); } }
export class Throwing { constructor() { Object.assign(this, base); } onEmit(record) { record.setAttribute("half", true); if (record.attributes["o365.id"] === "id-1") throw new Error("boom"); } }
export class Late { constructor(next) { Object.assign(this, base, { next }); } onEmit(record) { setImmediate(() => this.next.onEmit(record)); } }
export class Holding { constructor(next) { Object.assign(this, base, { next }); } onEmit(record) { if (this.held) this.next.onEmit(this.held); this.held = record; } }
export class Rejecting { constructor() { Object.assign(this, base); } async onEmit() { throw new Error("async boom"); } }
export class Disabled { constructor() { Object.assign(this, base); } enabled({ severityNumber }) { return severityNumber >= 13; } onEmit(record) { record.setAttribute("seen", true); } }
export class Stuck { onEmit() {} shutdown() { return new Promise(() => {}); } }
export class Stubborn { onEmit() {} async shutdown() { throw new Error("cannot stop"); } }
export class Exporting { constructor(exporter) { Object.assign(this, base); this._exporter = exporter; } onEmit() {} }
export const wrap = (settings) => new Tagging({ team: settings.nested[0].Name ?? "none" });
export class NoProcessor {}
export class Failing { constructor() { throw new Error("no team"); } }
import { BatchLogRecordProcessor, InMemoryLogRecordExporter } from ${JSON.stringify(import.meta.resolve("@opentelemetry/sdk-logs"))};
export const batch = () => new BatchLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
`;

let directory = "";
let module = "";

function bench(
  config: object,
  next?: LogsConsumer["consume"],
): {
  readonly settings: TestSettings;
  readonly out: AuditLogRecord[];
  readonly processor: Component & LogsConsumer;
} {
  const settings = testSettings({ id: "sdk/test" });
  const out: ReadableLogRecord[] = [];
  const consume = next ?? (async (records) => void out.push(...records));
  return {
    settings,
    out,
    processor: factory.create(settings, factory.config.parse({ module, ...config }), { consume }),
  };
}

async function run(config: object, records: readonly AuditLogRecord[]): Promise<ReturnType<typeof bench>> {
  const made = bench(config);
  await made.processor.start();
  await made.processor.consume(records, never);
  return made;
}

suite("sdk processor", () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "sdk-processor-"));
    module = join(directory, "mine.mjs");
    await writeFile(module, MODULE);
  });
  after(() => rm(directory, { recursive: true }));

  checkProcessorContract("sdk", (next) =>
    factory.create(testSettings(), factory.config.parse({ module, export: "Idle" }), next),
  );

  test("passes records through unchanged when the processor does nothing, with our resource and scope", async () => {
    const parsed = { Id: "x" };
    const record: AuditLogRecord = {
      ...makeRecord("a", {
        severityNumber: SeverityNumber.WARN,
        severityText: "WARN",
        spanContext: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
        droppedAttributesCount: 2,
        attributes: {
          "o365.id": "a",
          list: ["x", "y"],
          nested: { deep: [1, { a: true }] },
          ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many.${index}`, "x".repeat(50)])),
        },
      }),
      [auditRecord]: parsed,
    };
    const { out } = await run({ export: "Idle" }, [record]);
    assert.deepEqual(out, [record]);
    assert.equal(out[0]?.resource, record.resource);
    assert.equal(out[0].instrumentationScope, record.instrumentationScope);
    assert.equal(auditRecordOf(out[0]), parsed);
  });

  test("passes on what the processor made of a record, and leaves the record that came alone", async () => {
    const record: AuditLogRecord = { ...makeRecord("a"), [auditRecord]: { Id: "a" } };
    const { out } = await run({ export: "Tagging", args: [{ team: "soc" }] }, [record]);
    assert.equal(out[0]?.attributes["team"], "soc");
    assert.deepEqual([out[0].body, out[0].severityNumber], ["changed", 17]);
    assert.equal(auditRecordOf(out[0]), null);
    assert.equal(record.attributes["team"], undefined);
  });

  test("args may name other exports, and a function may make the processor", async () => {
    const { out } = await run({ export: "wrap", args: [{ nested: [{ $export: "NoProcessor" }] }] }, makeRecords(1));
    assert.equal(out[0]?.attributes["team"], "none");
  });

  test("a record that a wrapping processor does not pass on is kept and counted, or dropped with may_drop", async () => {
    const config = { export: "Picky", args: [{ $next: true }, "1"] };
    const kept = await run(config, makeRecords(3));
    assert.deepEqual(idsOf(kept.out), ["id-0", "id-1", "id-2"]);
    assert.equal(kept.settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "not_passed_on" }), 2);
    assert.match(kept.settings.lines[0]?.message ?? "", /did not pass a record on.*set may_drop: true/);
    assert.equal(kept.settings.lines.length, 1);
    const dropped = await run({ ...config, may_drop: true }, makeRecords(3));
    assert.deepEqual(idsOf(dropped.out), ["id-1"]);
    assert.equal(dropped.settings.metrics.sum("otel_o365_processor_sdk_dropped_log_records"), 2);
    assert.equal(dropped.settings.metrics.sum(TROUBLES), 0);
  });

  test("a processor that says it is not enabled for a record drops it with may_drop only", async () => {
    const records = [
      makeRecord("warn", { severityNumber: SeverityNumber.WARN }),
      makeRecord("info", { severityNumber: SeverityNumber.INFO }),
    ];
    assert.deepEqual(idsOf((await run({ export: "Disabled", may_drop: true }, records)).out), ["warn"]);
    const { out } = await run({ export: "Disabled" }, records);
    assert.deepEqual(
      out.map(({ attributes }) => [attributes["o365.id"], attributes["seen"]]),
      [
        ["warn", true],
        ["info", undefined],
      ],
    );
  });

  test("everything that a processor passes on goes on", async () => {
    const { out } = await run({ export: "Doubling", args: [{ next: { $next: true } }] }, makeRecords(2));
    assert.deepEqual(idsOf(out), ["id-0", "id-0", "id-1", "id-1"]);
  });

  test("a processor that throws keeps its record as it came, counted and logged once", async () => {
    for (const mayDrop of [false, true]) {
      const { out, settings } = await run({ export: "Throwing", may_drop: mayDrop }, makeRecords(3));
      assert.deepEqual(
        out.map(({ attributes }) => [attributes["o365.id"], attributes["half"]]),
        [
          ["id-0", true],
          ["id-1", undefined],
          ["id-2", true],
        ],
      );
      assert.equal(settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "failed" }), 1);
      assert.deepEqual(
        settings.lines.map(({ level, fields }) => [level, fields]),
        [["error", { export: "Throwing", error: "boom" }]],
      );
    }
  });

  test("what is passed on too late is an error, and the record has gone on by then", async () => {
    const { out, settings } = await run({ export: "Late", args: [{ $next: true }] }, makeRecords(2));
    assert.deepEqual(idsOf(out), ["id-0", "id-1"]);
    await eventually(
      () => settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "late" }) === 2,
      () => inspect(settings.lines),
    );
    assert.equal(out.length, 2);
  });

  test("a record that is passed on in the place of another is late too", async () => {
    const { out, settings } = await run({ export: "Holding", args: [{ $next: true }] }, makeRecords(3));
    assert.deepEqual(idsOf(out), ["id-0", "id-1", "id-2"]);
    assert.equal(settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "late" }), 2);
    assert.equal(settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "not_passed_on" }), 3);
  });

  test("a rejected promise of onEmit() is reported and does not end the process", async () => {
    const { out, settings } = await run({ export: "Rejecting" }, makeRecords(2));
    assert.equal(out.length, 2);
    await eventually(
      () => settings.metrics.sum(TROUBLES, { processor: "sdk/test", trouble: "failed" }) === 2,
      () => inspect(settings.lines),
    );
  });

  test("the collector's own events pass it by", async () => {
    const { out } = await run({ export: "Tagging", args: [{ team: "soc" }] }, [makeCollectorEvent("gap")]);
    assert.equal(out[0]?.attributes["team"], undefined);
  });

  test("shutdown() lets go of a processor that hangs, and survives one that fails", async () => {
    const stuck = await run({ export: "Stuck" }, []);
    const deadline = new AbortController();
    const stopping = stuck.processor.shutdown(deadline.signal);
    deadline.abort(new Error("no time left"));
    await stopping;
    const stubborn = await run({ export: "Stubborn" }, []);
    await stubborn.processor.shutdown(never);
    assert.deepEqual(stubborn.settings.lines[0]?.fields, { error: "cannot stop" });
    await assert.rejects(stubborn.processor.consume(makeRecords(1), never), { code: ErrorCode.unavailable });
  });

  for (const [name, config, says] of [
    [
      "an exporting processor",
      { export: "Exporting", args: [{ $export: "exporter" }] },
      /Cannot use "Exporting" of ".*": it sends records to an exporter of its own, which may lose them; name its exporter under exporters/,
    ],
    ["a batch processor of the SDK", { export: "batch" }, /it sends records to an exporter of its own/],
    ["a class that is no processor", { export: "NoProcessor" }, /it has no onEmit\(\) and shutdown\(\)/],
    [
      "an argument that names no export",
      { export: "Tagging", args: [{ $export: "Nope" }] },
      /args name the export "Nope", but it exports .*; correct \$export in args/,
    ],
    ["a missing export", { export: "Missing" }, /Cannot find "Missing" of ".*": it exports /],
    [
      "a constructor that throws",
      { export: "Failing" },
      /Cannot create "Failing" of ".*": its constructor threw: no team; correct args/,
    ],
    [
      "a missing module",
      { module: "./absent.mjs", export: "A" },
      /Cannot load module "\.\/absent\.mjs": it was not found from/,
    ],
  ] as const) {
    test(`start() says what to do about ${name}`, async () => {
      await assert.rejects(bench(config).processor.start(), { code: ErrorCode.config, message: says });
    });
  }

  test("keeps args out of every print of the configuration", () => {
    const config = factory.config.parse({ module: "m", export: "E", args: [{ token: "s3cret" }] });
    assert.doesNotMatch(inspect(config, { depth: 9 }) + JSON.stringify(config), /s3cret/);
  });

  for (const [exported, level, says] of [
    ["Idle", "ok", /^Idle of ".*mine\.mjs" is loaded$/],
    ["Failing", "fail", /its constructor threw: no team; correct args$/],
    ["Exporting", "ok", /is loaded/],
    ["batch", "fail", /it sends records to an exporter of its own/],
  ] as const) {
    test(`preflight() makes ${exported} and says ${level}`, async () => {
      const config = factory.config.parse({ module, export: exported });
      const settings = { ...testSettings(), startSubscriptions: false };
      const facts: Fact[] = [];
      for await (const found of factory.preflight?.(config, settings, never) ?? []) facts.push(found);
      assert.deepEqual(
        facts.map((found) => [found.name, found.level]),
        [["processor", level]],
      );
      assert.match(facts[0]?.message ?? "", says);
    });
  }

  test("check() says beforehand that a module is missing", () => {
    const config = (name: string): ReturnType<typeof factory.config.parse> =>
      factory.config.parse({ module: name, export: "E" });
    assert.deepEqual(factory.check?.(config("@opentelemetry/sdk-logs"), 0), []);
    assert.deepEqual(factory.check?.(config(module), 0), []);
    const [problem] = factory.check?.(config("no-such-package-here"), 0) ?? [];
    assert.match(problem?.message ?? "", /^was not found from .*; run npm install no-such-package-here there/);
  });
});
