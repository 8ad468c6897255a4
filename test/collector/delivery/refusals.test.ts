import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { countDeadLetters } from "../../../collector/delivery/count-dead-letters.ts";
import { createDelivery } from "../../../collector/delivery/delivery.ts";
import { factory } from "../../../exporters/otlp_http/factory.ts";
import { eventually } from "../../support/eventually.ts";
import { idsOf, makeRecords } from "../../support/log-records.ts";
import { type ReceivedRecord, recordsOf } from "../../support/otlp-record.ts";
import { type OtlpSink, type SinkAnswer, startOtlpSink } from "../../support/otlp-sink.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const root = mkdtempSync(join(tmpdir(), "otel-o365-refusals-"));
const never = new AbortController().signal;
const closers: (() => Promise<unknown>)[] = [];
async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

interface Bench {
  readonly sink: OtlpSink;
  readonly settings: TestSettings;
  readonly delivery: Component & LogsConsumer;
  readonly directory: string;
  readonly file: string;
  /** Sends records whose ids begin with `prefix`; tells whether they are settled. */
  send(prefix: string, count?: number): { settled: boolean };
}

const bad: SinkAnswer = { kind: "status", status: 400, message: "timestamp too old" };
const idOf = (record: ReceivedRecord): string => String(record.attributes["o365.id"]);
const hasBad = (ids: readonly string[]): boolean => ids.some((id) => id.includes("bad"));

let directories = 0;
/** A real exporter and a backend whose answers depend on the ids of the records. Waits are short. */
async function bench(
  answer: (ids: readonly string[]) => SinkAnswer,
  maxBytes: number = 1e6,
  options: { readonly trustsRefusals?: boolean } = {},
): Promise<Bench> {
  const sink = await startOtlpSink({ answer: (request) => answer(request.records.map(idOf)) });
  closers.push(() => sink.close());
  const settings = testSettings({ id: "otlp_http/siem" });
  const directory = join(root, String((directories += 1)));
  const delivery = createDelivery(settings, factory.create(settings, factory.config.parse({ endpoint: sink.url })), {
    deadLetters: { directory, maxBytes },
    initialIntervalMs: 10,
    holdIntervalMs: 20,
    ...options,
  });
  await delivery.start();
  closers.push(() => delivery.shutdown(AbortSignal.abort(new Error("the test is over"))));
  return {
    sink,
    settings,
    delivery,
    directory,
    file: join(directory, "dead-letters", "otlp_http%2Fsiem.jsonl"),
    send(prefix, count = 1) {
      const work = { settled: false };
      // Rejected at the end of a test that leaves records held.
      delivery.consume(makeRecords(count, prefix), never).then(
        () => (work.settled = true),
        () => undefined,
      );
      return work;
    },
  };
}

const settled = (...works: readonly { readonly settled: boolean }[]): Promise<void> =>
  eventually(
    () => works.every((work) => work.settled),
    () => works.map((work) => (work.settled ? "settled" : "pending")).join(),
  );
const held = ({ settings }: Bench): Promise<void> =>
  eventually(
    () => settings.reports.at(-1)?.status === "permanent_error",
    () => JSON.stringify(settings.reports),
  );
const linesOf = (file: string): unknown[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

suite("a backend that refuses records for good", () => {
  afterEach(closeAll);

  for (const status of [400, 413, 422]) {
    test(`gets all others exactly once, and those it answers with ${status} are set aside`, async () => {
      const one = await bench((ids) => (hasBad(ids) ? { kind: "status", status, message: "no" } : { kind: "ok" }));
      const { sink, settings, delivery, directory, file } = one;
      const records = [
        ...makeRecords(20, "a"),
        ...makeRecords(1, "bad"),
        ...makeRecords(20, "b"),
        ...makeRecords(2, "bad2"),
      ];
      await delivery.consume(records, never);
      const good = idsOf(records).filter((id) => !id.includes("bad"));
      assert.deepEqual(sink.accepted().map(idOf).toSorted(), good.toSorted());
      const letters = linesOf(file).flatMap(recordsOf);
      assert.deepEqual(letters.map(idOf).toSorted(), ["bad-0", "bad2-0", "bad2-1"]);
      assert.deepEqual(letters[0]?.body, makeRecords(1, "bad")[0]?.body);
      const { resource = {}, attributes = {} } = letters[0] ?? {};
      assert.equal(resource["o365.tenant_id"], "3f2c1f4e-0000-4000-8000-000000000001");
      assert.equal(resource["o365.dead_letter.reason"], "refused");
      assert.equal(resource["o365.dead_letter.error_type"], String(status));
      assert.equal(resource["o365.dead_letter.exporter"], "otlp_http/siem");
      assert.match(String(resource["o365.dead_letter.message"]), new RegExp(`it answered ${status} `));
      assert.match(String(resource["o365.dead_letter.time"]), /^\d{4}-.*Z$/);
      assert.deepEqual(Object.keys(attributes), Object.keys(makeRecords(1)[0]?.attributes ?? {}));
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(await countDeadLetters(directory), 3);
      const labels = { exporter: "otlp_http/siem", reason: "refused", "error.type": String(status) };
      assert.equal(settings.metrics.sum("otel_o365_exporter_dead_lettered_log_records", labels), 3);
      assert.equal(settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 3);
      assert.equal(settings.metrics.sum("otelcol_exporter_sent_log_records"), good.length);
      assert.deepEqual(settings.reports, [{ status: "ok" }]);
      assert.equal(settings.lines.length, 1, "one line, not one per record");
    });
  }

  test("gets set aside what it refuses although it accepts nothing, when its refusals are trusted", async () => {
    const { delivery, directory, settings } = await bench(() => bad, 1e6, { trustsRefusals: true });
    await delivery.consume(makeRecords(5, "a"), never);
    assert.equal(await countDeadLetters(directory), 5);
    assert.equal(settings.metrics.sum("otelcol_exporter_sent_log_records"), 0);
  });

  test("gets nothing set aside while it refuses everything, and gets everything once it is mended", async () => {
    let broken = true;
    const one = await bench(() => (broken ? bad : { kind: "ok" }));
    const works = [one.send("a", 7), one.send("b", 1), one.send("c", 50)];
    await held(one);
    await one.sink.arrived(120);
    assert.ok(works.every((work) => !work.settled));
    assert.equal(existsSync(one.file), false);
    assert.deepEqual(
      one.settings.reports.map(({ status }) => status),
      ["permanent_error"],
    );
    assert.match(String(one.settings.reports[0]?.message), /accepted nothing else since; look for a mistake/);
    broken = false;
    await settled(...works);
    assert.equal(one.sink.recordCount, 58);
    assert.equal(new Set(one.sink.accepted().map(idOf)).size, 58);
    assert.equal(existsSync(one.file), false);
    assert.equal(one.settings.reports.at(-1)?.status, "ok");
  });

  test("keeps the very first record, a bad one, waiting until it has accepted another", async () => {
    const one = await bench((ids) => (hasBad(ids) ? bad : { kind: "ok" }));
    const first = one.send("bad");
    await held(one);
    await one.sink.arrived(5);
    assert.equal(first.settled, false);
    assert.equal(existsSync(one.file), false);
    await settled(one.send("good"));
    await settled(first);
    assert.equal(await countDeadLetters(one.directory), 1);
    assert.equal(one.settings.reports.at(-1)?.status, "ok");
  });

  test("is not trusted for what it accepted before it began to refuse everything", async () => {
    let broken = false;
    const one = await bench(() => (broken ? bad : { kind: "ok" }));
    await settled(one.send("before", 3));
    broken = true;
    const work = one.send("after", 3);
    await held(one);
    await one.sink.arrived(12);
    assert.deepEqual([work.settled, existsSync(one.file)], [false, false]);
    broken = false;
    await settled(work);
    assert.equal(one.sink.recordCount, 6);
  });

  test("is not trusted for what it accepted before an outage, if it refuses everything afterwards", async () => {
    let state = "picky";
    let refusalsAfter = 0;
    const one = await bench((ids) => {
      if (state === "picky" && !ids.includes("x-0")) state = "down";
      else if (state === "down") {
        state = "broken";
        return { kind: "status", status: 503 };
      }
      if (state === "mended") return { kind: "ok" };
      if (state === "broken") refusalsAfter += 1;
      return ids.includes("x-0") || state === "broken" ? bad : { kind: "ok" };
    });
    const work = one.send("x", 8);
    await eventually(
      () => refusalsAfter > 20,
      () => `${state}, ${refusalsAfter}`,
    );
    assert.deepEqual([work.settled, existsSync(one.file)], [false, false]);
    assert.equal(one.sink.recordCount, 4, "the half without the first record");
    state = "mended";
    await settled(work);
    assert.equal(one.sink.recordCount, 8);
    assert.equal(existsSync(one.file), false);
  });

  test("has the whole batch kept, marked, when it accepts a part and does not say which", async () => {
    const one = await bench(() => ({ kind: "partial", rejected: 2, message: "two are too old" }));
    await settled(one.send("x", 5));
    assert.equal(one.sink.requestCount, 1);
    const [line, ...more] = linesOf(one.file);
    assert.equal(more.length, 0);
    const letters = recordsOf(line);
    assert.deepEqual(letters.map(idOf), idsOf(makeRecords(5, "x")));
    assert.equal(letters[0]?.resource["o365.dead_letter.reason"], "partial");
    assert.match(String(letters[0]?.resource["o365.dead_letter.message"]), /2 of 5 .*"two are too old"/);
    assert.equal(await countDeadLetters(one.directory, "partial"), 5);
    assert.equal(await countDeadLetters(one.directory, "refused"), 0);
    assert.equal(one.settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 2);
    assert.equal(one.settings.metrics.sum("otel_o365_exporter_dead_lettered_log_records"), 5);
    assert.equal(one.settings.metrics.sum("otelcol_exporter_sent_log_records"), 3);
  });
});

suite("dead letters that cannot be written", () => {
  afterEach(closeAll);
  after(() => rmSync(root, { recursive: true }));

  const pickyAnswer = (ids: readonly string[]): SinkAnswer => (hasBad(ids) ? bad : { kind: "ok" });

  for (const [name, kept, answer] of [
    ["refused records", 1, pickyAnswer],
    ["a partial success", 4, (): SinkAnswer => ({ kind: "partial", rejected: 1, message: "one" })],
  ] as const) {
    test(`hold ${name}, say so, and settle them once the file can be written`, async () => {
      const one = await bench(answer);
      mkdirSync(one.directory);
      writeFileSync(join(one.directory, "dead-letters"), "in the way");
      const work = { settled: false };
      const records = [...makeRecords(3, "good"), ...makeRecords(1, "bad")];
      one.delivery.consume(records, never).then(
        () => (work.settled = true),
        () => undefined,
      );
      await held(one);
      assert.match(String(one.settings.reports.at(-1)?.message), /^Cannot write dead letters to ".*"/);
      const { requestCount } = one.sink;
      assert.equal(work.settled, false);
      assert.equal(one.settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 0);
      rmSync(join(one.directory, "dead-letters"));
      await settled(work);
      assert.equal(await countDeadLetters(one.directory), kept);
      assert.equal(one.sink.requestCount, requestCount, "nothing is sent again meanwhile");
      assert.equal(one.settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 1);
      assert.equal(one.settings.reports.at(-1)?.status, "ok");
    });
  }

  test("hold refused records at the limit rather than delete any, until files are moved away", async () => {
    const one = await bench(pickyAnswer, 2000);
    const first = one.send("bad");
    await held(one);
    await settled(one.send("good"), first);
    const work = one.send("bad2");
    await one.sink.arrived(one.sink.requestCount + 2);
    await settled(one.send("good2"));
    await eventually(
      () => /limit of 2000 bytes/.test(String(one.settings.reports.at(-1)?.message)),
      () => JSON.stringify(one.settings.reports),
    );
    assert.equal(work.settled, false);
    assert.deepEqual(linesOf(one.file).flatMap(recordsOf).map(idOf), ["bad-0"]);
    renameSync(one.file, join(one.directory, "done.jsonl"));
    await settled(work);
    assert.deepEqual(linesOf(one.file).flatMap(recordsOf).map(idOf), ["bad2-0"]);
  });
});
