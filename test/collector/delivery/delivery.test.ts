import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../../collector/component.ts";
import { countDeadLetters } from "../../../collector/delivery/count-dead-letters.ts";
import { createDelivery } from "../../../collector/delivery/delivery.ts";
import {
  CollectorError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "../../../collector/errors.ts";
import { checkLifecycle } from "../../contract/lifecycle-contract.ts";
import { ControlledConsumer } from "../../support/controlled-consumer.ts";
import { eventually } from "../../support/eventually.ts";
import { idsOf, makeRecords } from "../../support/log-records.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { newSeed, seededRandom } from "../../support/seeded-random.ts";
import { type TestSettings, testSettings } from "../../support/test-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-delivery-"));

let folders = 0;
/** A storage directory of its own, made by whoever writes into it. */
function deadLetters(): { readonly directory: string; readonly maxBytes: number } {
  return { directory: join(folder, String((folders += 1))), maxBytes: 1_048_576 };
}

const never = new AbortController().signal;
const down = new RetryableError(ErrorCode.unavailable, "Cannot send: down; wait");

interface Bench {
  readonly clock: ManualClock;
  readonly settings: TestSettings;
  readonly backend: ControlledConsumer;
  readonly delivery: ReturnType<typeof createDelivery>;
}

/** Random 1: every wait is the longest of its range, 1 s after the first failure. */
function bench(): Bench {
  const clock = new ManualClock();
  const settings = testSettings({ id: "otlp_http/siem", clock, random: () => 1 });
  const backend = new ControlledConsumer();
  return { clock, settings, backend, delivery: createDelivery(settings, backend, { deadLetters: deadLetters() }) };
}

/** An exporter that does `consume` and nothing else. */
function backendOf(consume: LogsConsumer["consume"]): Component & LogsConsumer {
  return { start: async () => {}, shutdown: async () => {}, consume };
}

/** Lets files be written: the clock of a test does not wait for them. */
async function writes(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await stat(folder);
}

/** Whether a promise is settled, as it goes. */
function watch(work: Promise<void>): { state: string } {
  const watched = { state: "pending" };
  work.then(
    () => (watched.state = "resolved"),
    () => (watched.state = "rejected"),
  );
  return watched;
}

suite("delivery", () => {
  checkLifecycle(async () => ({ component: bench().delivery, tearDown: async () => {} }));

  test("consume() resolves with the exporter's acceptance, not before", async () => {
    const { backend, delivery, settings } = bench();
    await delivery.start();
    const watched = watch(delivery.consume(makeRecords(3), never));
    await settle();
    assert.deepEqual([backend.started, watched.state, backend.open], [true, "pending", 1]);
    backend.call(0).accept();
    await settle();
    assert.equal(watched.state, "resolved");
    assert.equal(settings.metrics.sum("otelcol_exporter_sent_log_records", { exporter: "otlp_http/siem" }), 3);
    assert.equal(settings.metrics.sum("otel_o365_exporter_unacknowledged_log_records"), 0);
    assert.deepEqual(settings.reports, [{ status: "ok" }]);
  });

  for (const [name, error] of [
    ["RetryableError", down],
    ["an unknown error", new TypeError("boom")],
    ["undefined", undefined],
  ] as const) {
    test(`consume() repeats the attempt after ${name} with growing waits until it is accepted`, async () => {
      const { backend, delivery, clock, settings } = bench();
      const watched = watch(delivery.consume(makeRecords(2), never));
      for (const waitMs of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
        await settle();
        const { length } = backend.calls;
        backend.call(-1).fail(error);
        await clock.advance(waitMs - 1);
        assert.equal(backend.calls.length, length, `too early, wait ${waitMs}`);
        await clock.advance(1);
        assert.equal(backend.calls.length, length + 1, `too late, wait ${waitMs}`);
      }
      assert.equal(watched.state, "pending");
      backend.call(-1).accept();
      await settle();
      assert.equal(watched.state, "resolved");
      assert.deepEqual(
        settings.reports.map(({ status }) => status),
        ["recoverable_error", "ok"],
      );
      assert.equal(settings.metrics.sum("otel_o365_exporter_failed_attempts"), 7);
      assert.equal(settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 0);
    });
  }

  test("consume() waits at least as long as the backend asks", async () => {
    const { backend, delivery, clock } = bench();
    const watched = watch(delivery.consume(makeRecords(1), never));
    await settle();
    backend
      .call(0)
      .fail(new RetryableError(ErrorCode.throttled, "Cannot send: slow down; wait", { retryAfterMs: 90_000 }));
    await clock.advance(89_999);
    assert.equal(backend.calls.length, 1);
    await clock.advance(1);
    backend.call(1).accept();
    await settle();
    assert.equal(watched.state, "resolved");
  });

  test("consume() does not let a Retry-After in years stop delivery", async () => {
    const { backend, delivery, clock } = bench();
    watch(delivery.consume(makeRecords(1), never));
    await settle();
    backend.call(0).fail(new RetryableError(ErrorCode.throttled, "Cannot send: wait", { retryAfterMs: 3e11 }));
    await clock.advance(3_600_000);
    assert.equal(backend.calls.length, 2);
    backend.call(1).accept();
    await settle();
  });

  test("consume() holds on at the slow pace when the backend is the wrong one, and says so once", async () => {
    const { backend, delivery, clock, settings } = bench();
    const watched = watch(delivery.consume(makeRecords(1), never));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await settle();
      backend.call(-1).fail(new RetryableError(ErrorCode.misdirected, "Cannot send: 401; check the credential"));
      await clock.advance(59_999);
      assert.equal(backend.calls.length, attempt + 1);
      await clock.advance(1);
    }
    assert.deepEqual(settings.reports, [
      {
        status: "permanent_error",
        code: "OTEL_O365_MISDIRECTED",
        message: "Cannot send: 401; check the credential",
      },
    ]);
    backend.call(-1).accept();
    await settle();
    assert.equal(watched.state, "resolved");
    assert.deepEqual(settings.reports.at(-1), { status: "ok" });
  });

  test("consume() holds a batch that is refused before anything was accepted, and says so once", async () => {
    const { backend, delivery, clock, settings } = bench();
    const refused = watch(delivery.consume(makeRecords(1, "good"), never));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await settle();
      backend.call(-1).fail(new PermanentError("Cannot send: 400; look"));
      await clock.advance(59_999);
      assert.equal(backend.calls.length, attempt + 1);
      await clock.advance(1);
    }
    assert.deepEqual(
      settings.reports.map(({ status }) => status),
      ["permanent_error"],
    );
    assert.match(
      String(settings.reports[0]?.message),
      /accepted nothing else since; look for .*: Cannot send: 400; look$/,
    );
    backend.call(-1).accept();
    await settle();
    assert.equal(refused.state, "resolved");
    assert.deepEqual(settings.reports.at(-1), { status: "ok" });
    assert.equal(settings.metrics.sum("otel_o365_exporter_dead_lettered_log_records"), 0);
  });

  test("consume() does not take an attempt that began before the refusal for proof", async () => {
    const { backend, delivery, clock } = bench();
    watch(delivery.consume(makeRecords(1, "early"), never));
    const refused = watch(delivery.consume(makeRecords(1, "refused"), never));
    await settle();
    backend.call(1).fail(new PermanentError("Cannot send: 400; look"));
    await settle();
    backend.call(0).accept();
    await clock.advance(60_000);
    backend.call(2).fail(new PermanentError("Cannot send: 400; look"));
    await clock.advance(60_000);
    assert.deepEqual([refused.state, backend.call(3).ids], ["pending", ["refused-0"]]);
    backend.call(3).accept();
    await settle();
    assert.equal(refused.state, "resolved");
  });

  test("consume() resolves on partial success, counts and logs what was refused, and does not repeat the batch", async () => {
    const { backend, delivery, clock, settings } = bench();
    for (let batch = 0; batch < 3; batch += 1) {
      const watched = watch(delivery.consume(makeRecords(10), never));
      await settle();
      backend.call(-1).fail(new PartialSuccessError("Cannot deliver 2: too old; look", { rejectedCount: 2 }));
      await eventually(
        () => watched.state === "resolved",
        () => `batch ${batch} is ${watched.state}`,
      );
    }
    assert.equal(backend.calls.length, 3);
    assert.equal(settings.metrics.sum("otelcol_exporter_sent_log_records"), 24);
    assert.equal(settings.metrics.sum("otelcol_exporter_send_failed_log_records"), 6);
    assert.deepEqual(
      settings.lines.map(({ fields }) => fields["rejected_log_records"]),
      [2],
    );
    await clock.advance(60_000);
    await delivery.shutdown(never);
    assert.deepEqual(
      settings.lines.map(({ fields }) => fields["rejected_log_records"]),
      [2, 4],
    );
  });

  test("consume() rejects with its signal's reason during an attempt, a wait, and a turn in the queue", async () => {
    for (const stage of ["attempt", "wait", "queue"] as const) {
      const { backend, delivery } = bench();
      const controller = new AbortController();
      const reason = new Error(stage);
      const others = new AbortController();
      if (stage === "queue") {
        watch(delivery.consume(makeRecords(1, "first"), others.signal));
        await settle();
        backend.call(0).fail(down);
        await settle();
      }
      const work = assert.rejects(delivery.consume(makeRecords(1), controller.signal), reason);
      await settle();
      if (stage === "wait") backend.call(0).fail(down);
      await settle();
      controller.abort(reason);
      await work;
      others.abort(reason);
      await settle();
    }
  });

  suite("hurry()", () => {
    test("has a backend that is down tried once more at once, and tells when that was in vain", async () => {
      const { backend, delivery } = bench();
      const works = [1, 2].map((index) => watch(delivery.consume(makeRecords(1, `c${index}`), never)));
      await settle();
      for (const call of backend.calls.slice()) call.fail(down);
      await settle();
      assert.deepEqual([backend.open, delivery.inVain], [0, false]);
      delivery.hurry();
      await settle();
      assert.deepEqual([backend.open, delivery.inVain], [1, false], "one attempt, whose outcome is open");
      backend.call(2).fail(down);
      await settle();
      assert.equal(delivery.inVain, true);
      assert.deepEqual(
        works.map(({ state }) => state),
        ["pending", "pending"],
        "nothing is given up here",
      );
    });

    test("is not in vain when that attempt succeeds", async () => {
      const { backend, delivery } = bench();
      const work = watch(delivery.consume(makeRecords(1), never));
      await settle();
      backend.call(0).fail(down);
      await settle();
      delivery.hurry();
      await settle();
      backend.call(1).accept();
      await settle();
      assert.deepEqual([work.state, delivery.inVain], ["resolved", false]);
    });

    test("lets a backend that worked until then fail once", async () => {
      const { backend, delivery, clock } = bench();
      watch(delivery.consume(makeRecords(1), never));
      await settle();
      delivery.hurry();
      backend.call(0).fail(down);
      await settle();
      assert.equal(delivery.inVain, false);
      await clock.advance(1000);
      backend.call(1).fail(down);
      await settle();
      assert.equal(delivery.inVain, true);
    });

    test("takes an attempt at a failing backend that is under way for the last one", async () => {
      const { backend, delivery, clock } = bench();
      watch(delivery.consume(makeRecords(1), never));
      await settle();
      backend.call(0).fail(down);
      await clock.advance(1000);
      assert.equal(backend.open, 1);
      delivery.hurry();
      backend.call(1).fail(down);
      await settle();
      assert.equal(delivery.inVain, true);
    });

    test("is in vain at the first failure that somebody has to mend", async () => {
      const { backend, delivery } = bench();
      watch(delivery.consume(makeRecords(1), never));
      await settle();
      delivery.hurry();
      backend.call(0).fail(new CollectorError(ErrorCode.misdirected, "Cannot send: a login page; check endpoint"));
      await settle();
      assert.equal(delivery.inVain, true);
    });

    test("does not push a backend that asked to wait", async () => {
      const { backend, delivery } = bench();
      watch(delivery.consume(makeRecords(1), never));
      await settle();
      backend.call(0).fail(new RetryableError(ErrorCode.throttled, "Cannot send: slow down", { retryAfterMs: 60_000 }));
      await settle();
      delivery.hurry();
      await settle();
      assert.deepEqual([backend.calls.length, delivery.inVain], [1, false]);
    });

    test("is in vain at once where the backend refuses all that it is offered", async () => {
      const { backend, delivery } = bench();
      watch(delivery.consume(makeRecords(1), never));
      await settle();
      backend.call(0).fail(new PermanentError("Cannot send: refused", { status: 400 }));
      await settle();
      assert.equal(delivery.inVain, false);
      delivery.hurry();
      assert.equal(delivery.inVain, true);
    });
  });

  test("shutdown() waits for what is under way, then gives it back with its signal's reason", async () => {
    const { backend, delivery } = bench();
    const deadline = new AbortController();
    const reason = new Error("no time left");
    const done = watch(delivery.consume(makeRecords(1), never));
    const stuck = assert.rejects(delivery.consume(makeRecords(1), never), reason);
    await settle();
    const stopping = watch(delivery.shutdown(deadline.signal));
    backend.call(0).accept();
    backend.call(1).fail(down);
    await settle();
    assert.deepEqual([done.state, stopping.state, backend.stopped], ["resolved", "pending", false]);
    await assert.rejects(delivery.consume(makeRecords(1), never), CollectorError);
    deadline.abort(reason);
    await stuck;
    await settle();
    assert.deepEqual([stopping.state, backend.stopped], ["resolved", true]);
  });
});

suite("delivery with many callers", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("consume() makes a bounded number of attempts at a time, whoever came first", async () => {
    const { backend, delivery } = bench();
    const works = Array.from({ length: 20 }, (_, index) => watch(delivery.consume(makeRecords(1, `c${index}`), never)));
    const rounds: string[][] = [];
    while (works.some(({ state }) => state === "pending")) {
      await settle();
      const open = backend.calls.slice(backend.ended);
      rounds.push(open.flatMap(({ ids }) => ids));
      for (const call of open) call.accept();
      await settle();
    }
    const ids = works.map((_, index) => `c${index}-0`);
    assert.deepEqual(rounds, [ids.slice(0, 8), ids.slice(8, 16), ids.slice(16)]);
  });

  test("consume() makes one attempt at a time while the backend is down, and a growing number after it recovers", async () => {
    const { backend, delivery, clock } = bench();
    const works = Array.from({ length: 20 }, (_, index) => watch(delivery.consume(makeRecords(1, `c${index}`), never)));
    await settle();
    assert.equal(backend.open, 8);
    for (const call of backend.calls.slice()) call.fail(down);
    // Eight failures at once are one outage: the first wait is 1 s, not the longest.
    await clock.advance(1000);
    assert.equal(backend.open, 1);
    for (const waitMs of [2000, 4000, 8000]) {
      backend.call(-1).fail(down);
      await clock.advance(waitMs);
      assert.equal(backend.open, 1);
    }
    const rounds: number[] = [];
    while (works.some(({ state }) => state === "pending")) {
      rounds.push(backend.open);
      for (const call of backend.calls.slice()) call.accept();
      await settle();
    }
    assert.deepEqual(rounds, [1, 2, 4, 8, 5]);
  });

  test("consume() lets others pass while one batch fails again and again", async () => {
    const clock = new ManualClock();
    const settings = testSettings({ clock, random: () => 1 });
    let poisonous = true;
    let poisonAttempts = 0;
    const delivery = createDelivery(
      settings,
      backendOf(async (records) => {
        if (!idsOf(records).includes("poison-0")) return;
        poisonAttempts += 1;
        if (poisonous) throw down;
      }),
      { deadLetters: deadLetters() },
    );
    const poison = watch(delivery.consume(makeRecords(1, "poison"), never));
    await settle();
    for (let second = 0; second < 300; second += 1) {
      const other = watch(delivery.consume(makeRecords(1, "other"), never));
      await clock.advance(1000);
      // Until one of them got through, nothing tells a bad batch from a backend that is down.
      if (second > 3) assert.equal(other.state, "resolved", `second ${second}`);
    }
    assert.equal(poison.state, "pending");
    assert.ok(poisonAttempts > 8 && poisonAttempts < 20, String(poisonAttempts));
    assert.equal(settings.reports.at(-1)?.status, "recoverable_error");
    poisonous = false;
    await clock.advance(30_000);
    assert.equal(poison.state, "resolved");
    assert.equal(settings.reports.at(-1)?.status, "ok");
  });

  test("consume() delivers or sets aside everything, each once, through a backend that fails at random", async (context) => {
    const seed = newSeed();
    context.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const clock = new ManualClock();
    const settings = testSettings({ clock, random });
    const accepted: string[] = [];
    const letters = deadLetters();
    const delivery = createDelivery(
      settings,
      backendOf(async (records) => {
        const dice = random();
        await settle();
        if (dice < 0.3) throw down;
        if (dice < 0.4) throw new PermanentError("Cannot send: 400; look");
        if (dice < 0.5) throw new RetryableError(ErrorCode.misdirected, "Cannot send: 401; look");
        accepted.push(...idsOf(records));
      }),
      { deadLetters: letters },
    );
    const batches = Array.from({ length: 40 }, (_, index) => makeRecords(1 + Math.floor(random() * 5), `b${index}`));
    const works = batches.map((batch) => watch(delivery.consume(batch, never)));
    for (let minutes = 0; works.some(({ state }) => state === "pending"); minutes += 1) {
      assert.ok(minutes < 600, "ten hours were not enough");
      await clock.advance(60_000);
      await writes();
    }
    const total = batches.flatMap(idsOf).length;
    assert.equal(new Set(accepted).size, accepted.length, "nothing accepted twice");
    assert.equal(accepted.length + (await countDeadLetters(letters.directory)), total);
    assert.equal(settings.metrics.sum("otelcol_exporter_sent_log_records"), accepted.length);
    assert.equal(settings.metrics.sum("otelcol_exporter_send_failed_log_records"), total - accepted.length);
    assert.equal(settings.reports.at(-1)?.status, "ok");
    assert.equal(clock.sleeping, 0);
  });
});
