import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { PermanentError, RetryableError } from "../../../collector/errors.ts";
import { factory } from "../../../processors/batch/factory.ts";
import { checkProcessorContract } from "../../contract/processor-contract.ts";
import { ControlledConsumer } from "../../support/controlled-consumer.ts";
import { idsOf, makeRecord, makeRecords } from "../../support/log-records.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;

interface Bench {
  readonly clock: ManualClock;
  readonly settings: TestSettings;
  readonly next: ControlledConsumer;
  readonly batch: Component & LogsConsumer;
}

function bench(config: object): Bench {
  const clock = new ManualClock();
  const settings = testSettings({ id: "batch/test", clock });
  const next = new ControlledConsumer();
  return { clock, settings, next, batch: factory.create(settings, factory.config.parse(config), next) };
}

function watch(work: Promise<void>): { state: string; reason?: unknown } {
  const watched: { state: string; reason?: unknown } = { state: "pending" };
  work.then(
    () => (watched.state = "resolved"),
    (reason: unknown) => {
      watched.state = "rejected";
      watched.reason = reason;
    },
  );
  return watched;
}

const create =
  (config: object): Parameters<typeof checkProcessorContract>[1] =>
  (next) =>
    factory.create(testSettings(), factory.config.parse(config), next);

checkProcessorContract(
  "batch by size and time",
  create({ send_batch_size: 7, send_batch_max_size: 9, timeout: "1ms" }),
);
checkProcessorContract("batch without waiting", create({ timeout: "0s" }));
checkProcessorContract("batch of one", create({ send_batch_size: 1, send_batch_max_size: 1 }));

suite("batch", () => {
  test("consume() merges callers, and each settles with the batch that carried its records", async () => {
    const { batch, next, clock, settings } = bench({ send_batch_size: 10, timeout: "200ms" });
    const first = watch(batch.consume(makeRecords(2, "a"), never));
    const second = watch(batch.consume(makeRecords(3, "b"), never));
    await clock.advance(199);
    assert.equal(next.calls.length, 0);
    await clock.advance(1);
    assert.deepEqual(next.call(0).ids, ["a-0", "a-1", "b-0", "b-1", "b-2"]);
    const third = watch(batch.consume(makeRecords(1, "c"), never));
    await clock.advance(200);
    next.call(1).accept();
    await settle();
    assert.deepEqual([first.state, second.state, third.state], ["pending", "pending", "resolved"]);
    next.call(0).accept();
    await settle();
    assert.deepEqual([first.state, second.state], ["resolved", "resolved"]);
    assert.equal(settings.metrics.sum("otelcol_processor_batch_timeout_trigger_send", { processor: "batch/test" }), 2);
    assert.equal(settings.metrics.sum("otelcol_processor_batch_batch_send_size"), 6);
    assert.equal(settings.metrics.sum("otel_o365_processor_batch_waiting_log_records"), 0);
    assert.equal(clock.sleeping, 0);
  });

  test("consume() sends without waiting once send_batch_size is reached", async () => {
    const { batch, next, settings, clock } = bench({ send_batch_size: 4 });
    watch(batch.consume(makeRecords(3, "a"), never));
    watch(batch.consume(makeRecords(3, "b"), never));
    assert.equal(next.call(0).ids.length, 6);
    next.call(0).accept();
    await settle();
    assert.equal(settings.metrics.sum("otelcol_processor_batch_batch_size_trigger_send"), 1);
    assert.equal(clock.sleeping, 0);
  });

  test("consume() sends at once with timeout 0s", async () => {
    const { batch, next } = bench({ timeout: "0s" });
    watch(batch.consume(makeRecords(1), never));
    assert.equal(next.call(0).ids.length, 1);
    next.call(0).accept();
    await settle();
  });

  test("consume() splits by send_batch_max_size and settles after the last part with all errors", async () => {
    const { batch, next, clock } = bench({ send_batch_size: 2, send_batch_max_size: 3 });
    const watched = watch(batch.consume(makeRecords(7), never));
    await clock.advance(200);
    assert.deepEqual(
      next.calls.map((call) => call.ids.length),
      [3, 3, 1],
    );
    const [early, late] = [new Error("early"), new Error("late")];
    next.call(0).fail(early);
    next.call(1).accept();
    await settle();
    assert.equal(watched.state, "pending");
    next.call(2).fail(late);
    await settle();
    assert.equal(watched.state, "rejected");
    assert.ok(watched.reason instanceof AggregateError);
    assert.deepEqual(watched.reason.errors, [early, late]);
  });

  test("consume() splits by send_batch_max_bytes; a larger record goes alone", async () => {
    const { batch, next, clock } = bench({ send_batch_max_bytes: 16_384 });
    const small = "x".repeat(4000);
    const records = [
      ...["a", "b", "c", "d"].map((id) => makeRecord(id, { body: small })),
      makeRecord("huge", { body: "é".repeat(10_000) }),
      makeRecord("e", { body: small }),
    ];
    watch(batch.consume(records, never));
    await clock.advance(200);
    assert.deepEqual(
      next.calls.map((call) => call.ids),
      [["a", "b", "c"], ["d"], ["huge"], ["e"]],
    );
    for (const call of next.calls) call.accept();
    await settle();
  });

  test("consume() withdraws what is not sent when its signal aborts, and leaves others alone", async () => {
    const { batch, next, clock, settings } = bench({ send_batch_size: 100, send_batch_max_size: 100 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const before = watch(batch.consume(makeRecords(2, "a"), never));
    const aborted = watch(batch.consume(makeRecords(3, "b"), controller.signal));
    const after = watch(batch.consume(makeRecords(2, "c"), never));
    controller.abort(reason);
    await settle();
    assert.deepEqual([aborted.state, aborted.reason], ["rejected", reason]);
    await clock.advance(200);
    assert.deepEqual(next.call(0).ids, ["a-0", "a-1", "c-0", "c-1"]);
    next.call(0).fail(new PermanentError("Cannot send: 400; look", { rejected: [2] }));
    await settle();
    assert.ok(after.reason instanceof PermanentError);
    assert.deepEqual(after.reason.rejected, [0]);
    assert.ok(before.reason instanceof RetryableError);
    assert.equal(settings.metrics.sum("otel_o365_processor_batch_waiting_log_records"), 0);
  });

  test("consume() of the only caller withdraws the whole batch when its signal aborts", async () => {
    const { batch, next, clock } = bench({});
    const controller = new AbortController();
    const aborted = watch(batch.consume(makeRecords(3), controller.signal));
    controller.abort(new Error("enough"));
    await clock.advance(1000);
    assert.deepEqual([aborted.state, next.calls.length, clock.sleeping], ["rejected", 0, 0]);
  });

  test("consume() aborts a batch under way only when every caller has given up", async () => {
    const { batch, next, clock } = bench({});
    const [one, two] = [new AbortController(), new AbortController()];
    const first = watch(batch.consume(makeRecords(1, "a"), one.signal));
    const second = watch(batch.consume(makeRecords(1, "b"), two.signal));
    await clock.advance(200);
    one.abort(new Error("one"));
    await settle();
    assert.deepEqual([first.state, second.state, next.call(0).signal.aborted], ["rejected", "pending", false]);
    two.abort(new Error("two"));
    await settle();
    assert.deepEqual([second.state, next.call(0).signal.aborted], ["rejected", true]);
  });

  test("a split caller that gives up withdraws its unsent part and keeps the sent one from being aborted by itself", async () => {
    const { batch, next, clock } = bench({ send_batch_size: 3, send_batch_max_size: 3 });
    const controller = new AbortController();
    const other = watch(batch.consume(makeRecords(2, "o"), never));
    const split = watch(batch.consume(makeRecords(3, "s"), controller.signal));
    assert.deepEqual(next.call(0).ids, ["o-0", "o-1", "s-0"]);
    controller.abort(new Error("enough"));
    await clock.advance(200);
    assert.equal(next.calls.length, 1);
    next.call(0).accept();
    await settle();
    assert.deepEqual([other.state, split.state], ["resolved", "rejected"]);
  });

  test("shutdown() sends what waits and settles it", async () => {
    const { batch, next } = bench({});
    const work = watch(batch.consume(makeRecords(3), never));
    const stopping = watch(batch.shutdown(never));
    await settle();
    assert.deepEqual([next.call(0).ids, stopping.state], [idsOf(makeRecords(3)), "pending"]);
    next.call(0).accept();
    await settle();
    assert.deepEqual([work.state, stopping.state], ["resolved", "resolved"]);
    await assert.rejects(batch.consume(makeRecords(1), never), { code: "OTEL_O365_UNAVAILABLE" });
  });

  test("shutdown() gives everything back when its signal aborts", async () => {
    const { batch, next } = bench({});
    const work = watch(batch.consume(makeRecords(3), never));
    const deadline = new AbortController();
    const reason = new Error("no time left");
    const stopping = watch(batch.shutdown(deadline.signal));
    await settle();
    deadline.abort(reason);
    await settle();
    assert.deepEqual([work.reason, stopping.state, next.call(0).signal.aborted], [reason, "resolved", true]);
  });
});

suite("batch configuration", () => {
  test("refuses send_batch_max_size below send_batch_size", () => {
    const result = factory.config.safeParse({ send_batch_size: 10, send_batch_max_size: 5 });
    assert.deepEqual(
      result.error?.issues.map(({ path, message }) => [path, message]),
      [[["send_batch_max_size"], "must be 0 or at least send_batch_size"]],
    );
  });
});
