import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer } from "../../collector/component.ts";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { idsOf, makeRecords } from "../support/log-records.ts";
import { newSeed, seededRandom } from "../support/seeded-random.ts";
import { checkLifecycle } from "./lifecycle-contract.ts";

const never = new AbortController().signal;

/**
 * What every processor owes to its neighbours: it resolves only after the next consumer has accepted what it passed on,
 * loses nothing, changes no record it was given, and lets go when told to.
 *
 * @param options.drops True for processors that drop records on purpose: the sets of ids are not compared then.
 */
export function checkProcessorContract(
  name: string,
  create: (next: LogsConsumer) => Component & LogsConsumer,
  options: { readonly drops?: boolean } = {},
): void {
  const withProcessor = async (
    next: LogsConsumer["consume"],
    body: (processor: Component & LogsConsumer) => Promise<void>,
  ): Promise<void> => {
    const processor = create({ consume: next });
    try {
      await processor.start();
      await body(processor);
    } finally {
      await processor.shutdown(AbortSignal.abort(new Error("test over")));
    }
  };

  suite(`processor contract: ${name}`, () => {
    checkLifecycle(async () => ({ component: create({ consume: async () => {} }), tearDown: async () => {} }));

    test("consume() resolves after the next consumer has accepted every record", async () => {
      const accepted: string[] = [];
      const next = async (records: readonly ReadableLogRecord[]): Promise<void> => {
        await new Promise((resolve) => setImmediate(resolve));
        accepted.push(...idsOf(records));
      };
      await withProcessor(next, async (processor) => {
        const records = makeRecords(20);
        await processor.consume(records, never);
        if (options.drops !== true) assert.deepEqual(accepted.toSorted(), idsOf(records).toSorted());
      });
    });

    test("consume() resolves for no records", () =>
      withProcessor(
        async () => {},
        (processor) => processor.consume([], never),
      ));

    test("consume() leaves the records as they are", async () => {
      await withProcessor(
        async () => {},
        async (processor) => {
          const records = makeRecords(3).map((record) => Object.freeze(record));
          for (const record of records) Object.freeze(record.attributes);
          await processor.consume(Object.freeze(records), never);
        },
      );
    });

    test("consume() rejects when the next consumer does", async () => {
      const failure = new RetryableError(ErrorCode.unavailable, "Cannot accept: busy; wait");
      await withProcessor(
        () => Promise.reject(failure),
        async (processor) => {
          await assert.rejects(processor.consume(makeRecords(2), never), failure);
        },
      );
    });

    checkMix(withProcessor, options.drops === true);
    checkLettingGo(withProcessor);
  });
}

type WithProcessor = (
  next: LogsConsumer["consume"],
  body: (processor: Component & LogsConsumer) => Promise<void>,
) => Promise<void>;

function checkMix(withProcessor: WithProcessor, drops: boolean): void {
  test("consume() never resolves for records that were not accepted, over a random mix of outcomes", async (context) => {
    const seed = newSeed();
    context.diagnostic(`seed ${seed}`);
    const random = seededRandom(seed);
    const accepted = new Set<string>();
    const next = async (records: readonly ReadableLogRecord[]): Promise<void> => {
      for (let turn = Math.floor(random() * 3); turn > 0; turn -= 1)
        await new Promise((resolve) => setImmediate(resolve));
      // Rare, because a caller that is split into many batches succeeds only when all of them do.
      if (random() < 0.05) throw new RetryableError(ErrorCode.unavailable, "Cannot accept: busy; wait");
      for (const id of idsOf(records)) accepted.add(id);
    };
    await withProcessor(next, async (processor) => {
      const deliver = async (records: readonly ReadableLogRecord[]): Promise<void> => {
        for (;;) {
          const done = await processor.consume(records, never).then(
            () => true,
            () => false,
          );
          if (!done) continue;
          if (!drops)
            assert.deepEqual(
              idsOf(records).filter((id) => !accepted.has(id)),
              [],
            );
          return;
        }
      };
      const callers = Array.from({ length: 30 }, (_, index) => makeRecords(1 + Math.floor(random() * 25), `c${index}`));
      await Promise.all(callers.map(deliver));
    });
  });
}

function checkLettingGo(withProcessor: WithProcessor): void {
  const stalled = (records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      void records;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });

  test("consume() rejects with the signal's reason when it aborts", async () => {
    await withProcessor(stalled, async (processor) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const rejection = assert.rejects(processor.consume(makeRecords(2), controller.signal), reason);
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort(reason);
      await rejection;
      await assert.rejects(processor.consume(makeRecords(2), AbortSignal.abort(reason)), reason);
    });
  });

  test("shutdown() gives up on a stalled consumer when its signal aborts", async () => {
    await withProcessor(stalled, async (processor) => {
      const caller = new AbortController();
      const reason = new Error("no time left");
      const rejection = assert.rejects(processor.consume(makeRecords(2), caller.signal), reason);
      const deadline = new AbortController();
      const stopping = processor.shutdown(deadline.signal);
      await new Promise((resolve) => setImmediate(resolve));
      deadline.abort(reason);
      await stopping;
      caller.abort(reason);
      await rejection;
    });
  });

  test("shutdown() settles what is held", async () => {
    const accepted: string[] = [];
    const next = async (records: readonly ReadableLogRecord[]): Promise<void> => {
      accepted.push(...idsOf(records));
    };
    await withProcessor(next, async (processor) => {
      const work = processor.consume(makeRecords(3), never);
      await processor.shutdown(never);
      await work;
    });
  });
}
