import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Component, LogsConsumer } from "../../collector/component.ts";
import { CollectorError, PermanentError } from "../../collector/errors.ts";
import { idsOf, makeRecords } from "../support/log-records.ts";
import { newSeed, seededRandom } from "../support/seeded-random.ts";
import { checkLifecycle } from "./lifecycle-contract.ts";

/** How the backend behind an exporter takes the next attempts. */
export type BackendMood = "accept" | "fail_for_now" | "fail_for_good" | "stall";

/** One exporter with its backend. */
export interface ExporterHarness {
  /** Not started. */
  readonly exporter: Component & LogsConsumer;
  /** Sets the mood from now on; it is `accept` at first. */
  readonly setMood: (mood: BackendMood) => void;
  /** `o365.id` of every record that the backend holds, in any order, repeats included. */
  readonly delivered: () => Promise<readonly string[]>;
  /** Resolves once an attempt has reached the backend. Only for the mood `stall`. */
  readonly reached?: () => Promise<void>;
  readonly tearDown: () => Promise<void>;
}

const never = new AbortController().signal;

/**
 * What every exporter owes to delivery: it resolves only for records that the backend holds, makes one attempt, says
 * PermanentError only for what is refused for good, and lets go when told to.
 *
 * @param moods What its backend can be made to do, beside `accept`.
 */
export function checkExporterContract(
  name: string,
  moods: readonly BackendMood[],
  setUp: () => Promise<ExporterHarness>,
): void {
  const withHarness = async (body: (harness: ExporterHarness) => Promise<void>): Promise<void> => {
    const harness = await setUp();
    try {
      await harness.exporter.start();
      await body(harness);
    } finally {
      await harness.exporter.shutdown(AbortSignal.abort(new Error("test over")));
      await harness.tearDown();
    }
  };

  suite(`exporter contract: ${name}`, () => {
    checkLifecycle(async () => {
      const harness = await setUp();
      return { component: harness.exporter, tearDown: () => harness.tearDown() };
    });

    test("consume() resolves once the backend holds the records", () =>
      withHarness(async ({ exporter, setMood, delivered }) => {
        setMood("accept");
        const batches = [makeRecords(3, "a"), makeRecords(1, "b"), makeRecords(2, "c")];
        await Promise.all(batches.map((batch) => exporter.consume(batch, never)));
        assert.deepEqual((await delivered()).toSorted(), batches.flatMap(idsOf).toSorted());
      }));

    test("consume() resolves for no records", () =>
      withHarness(async ({ exporter, delivered }) => {
        await exporter.consume([], never);
        assert.deepEqual(await delivered(), []);
      }));

    test("consume() leaves the records as they are", () =>
      withHarness(async ({ exporter }) => {
        const records = makeRecords(2).map((record) => Object.freeze(record));
        const before = structuredClone(records.map((record) => record.attributes));
        await exporter.consume(Object.freeze(records), never);
        assert.deepEqual(
          records.map((record) => record.attributes),
          before,
        );
      }));

    test("consume() rejects with the signal's reason when it is aborted already", () =>
      withHarness(async ({ exporter, delivered }) => {
        const reason = new Error("enough");
        await assert.rejects(exporter.consume(makeRecords(1), AbortSignal.abort(reason)), reason);
        assert.deepEqual(await delivered(), []);
      }));

    test("consume() rejects with a CollectorError after shutdown()", () =>
      withHarness(async ({ exporter, delivered }) => {
        await exporter.shutdown(never);
        await assert.rejects(exporter.consume(makeRecords(1), never), CollectorError);
        assert.deepEqual(await delivered(), []);
      }));

    checkFailures(withHarness, moods);
    if (moods.includes("stall")) checkStall(withHarness);
  });
}

type WithHarness = (body: (harness: ExporterHarness) => Promise<void>) => Promise<void>;

function checkFailures(withHarness: WithHarness, moods: readonly BackendMood[]): void {
  if (moods.includes("fail_for_now")) checkFailForNow(withHarness);
  if (moods.includes("fail_for_good")) checkFailForGood(withHarness);
  test("consume() says the truth over a random mix of outcomes", (context) =>
    withHarness(async ({ exporter, setMood, delivered }) => {
      const seed = newSeed();
      context.diagnostic(`seed ${seed}`);
      const random = seededRandom(seed);
      const possible = ["accept" as const, ...moods.filter((mood) => mood !== "stall")];
      const expected: string[] = [];
      for (let round = 0; round < 30; round += 1) {
        setMood(possible[Math.floor(random() * possible.length)] ?? "accept");
        const batch = makeRecords(1 + Math.floor(random() * 4), `r${round}`);
        const accepted = await exporter.consume(batch, never).then(
          () => true,
          () => false,
        );
        if (accepted) expected.push(...idsOf(batch));
      }
      assert.deepEqual((await delivered()).toSorted(), expected.toSorted());
    }));
}

function checkFailForNow(withHarness: WithHarness): void {
  test("consume() rejects when the backend fails for now, and resolves with the same records later", () =>
    withHarness(async ({ exporter, setMood, delivered }) => {
      setMood("fail_for_now");
      const error = await exporter.consume(makeRecords(2), never).catch((reason: unknown) => reason);
      assert.ok(error instanceof Error && !(error instanceof PermanentError), String(error));
      assert.deepEqual(await delivered(), []);
      setMood("accept");
      await exporter.consume(makeRecords(2), never);
      assert.deepEqual(await delivered(), idsOf(makeRecords(2)));
    }));
}

function checkFailForGood(withHarness: WithHarness): void {
  test("consume() rejects with PermanentError when the backend refuses for good", () =>
    withHarness(async ({ exporter, setMood, delivered }) => {
      setMood("fail_for_good");
      await assert.rejects(exporter.consume(makeRecords(2), never), PermanentError);
      assert.deepEqual(await delivered(), []);
    }));
}

function checkStall(withHarness: WithHarness): void {
  test("consume() rejects with the signal's reason when it aborts during the attempt", () =>
    withHarness(async ({ exporter, setMood, reached }) => {
      setMood("stall");
      const controller = new AbortController();
      const reason = new Error("enough");
      const work = exporter.consume(makeRecords(1), controller.signal);
      const rejection = assert.rejects(work, reason);
      await reached?.();
      controller.abort(reason);
      await rejection;
    }));

  test("shutdown() gives up on an attempt under way when its signal aborts", () =>
    withHarness(async ({ exporter, setMood, reached }) => {
      setMood("stall");
      const outcome = exporter.consume(makeRecords(1), never).then(
        () => "resolved",
        () => "rejected",
      );
      await reached?.();
      const deadline = new AbortController();
      const stopping = exporter.shutdown(deadline.signal);
      deadline.abort(new Error("no time left"));
      await stopping;
      assert.equal(await outcome, "rejected");
    }));
}
