import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { suite, test } from "node:test";
import { ApiError, type ApiErrorKind } from "../../receiver/wire-errors.ts";
import type { RequestBudget, RequestBudgetOptions } from "../../receiver/request-budget.ts";
import type { Priority } from "../../receiver/request-lines.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";
import { testBudget } from "./support/budget.ts";

const never = new AbortController().signal;

function refusal(kind: ApiErrorKind = "throttled", retryAfterMs?: number): ApiError {
  return new ApiError("Cannot test: refused; nothing", { kind, status: 429, apiCode: "AF429", retryAfterMs });
}

interface Bench {
  readonly clock: ManualClock;
  readonly budget: RequestBudget;
  /** Times at which requests went out, in milliseconds since the start. */
  readonly sent: number[];
  readonly throttling: (ApiError | undefined)[];
  readonly refused: () => number;
  /** Sends requests that are answered at once, or not at all with `hang`, or refused. */
  readonly ask: (count: number, answer?: ApiError | "hang", priority?: Priority) => Promise<unknown>;
}

function bench(overrides: Partial<RequestBudgetOptions> = {}): Bench {
  const clock = new ManualClock();
  const startMs = clock.now();
  const sent: number[] = [];
  const throttling: (ApiError | undefined)[] = [];
  let refused = 0;
  const budget = testBudget(clock, {
    onThrottling: (error) => throttling.push(error),
    onRefused: () => {
      refused += 1;
    },
    ...overrides,
  });
  return {
    clock,
    budget,
    sent,
    throttling,
    refused: () => refused,
    ask: (count, answer, priority = "live") =>
      Promise.allSettled(
        Array.from({ length: count }, () =>
          budget.run(priority, never, () => {
            sent.push(clock.now() - startMs);
            if (answer === "hang") return new Promise(() => {});
            return answer === undefined ? Promise.resolve() : Promise.reject(answer);
          }),
        ),
      ),
  };
}

/** Refused once, and answered again: the budget is in force and nobody waits. */
async function inForce(overrides: Partial<RequestBudgetOptions> = {}): Promise<Bench> {
  const made = bench(overrides);
  await made.ask(1, refusal());
  const probe = made.ask(1);
  await made.clock.advance(1100);
  await probe;
  await made.clock.advance(60_000);
  made.sent.length = 0;
  return made;
}

suite("RequestBudget", () => {
  suite("before the first refusal", () => {
    test("run() holds nothing back", async () => {
      const { budget, clock, sent, ask } = bench();
      await ask(10_000);
      assert.equal(sent.length, 10_000);
      assert.equal(clock.sleeping, 0);
      assert.equal(budget.requestsPerMinute, 2000);
    });

    test("run() passes on what the request gives or throws", async () => {
      const { budget } = bench();
      assert.equal(await budget.run("live", never, () => Promise.resolve(7)), 7);
      await assert.rejects(
        budget.run("live", never, () => Promise.reject(new Error("cut"))),
        /cut/,
      );
    });

    test("run() rejects with the reason of a signal that has aborted", async () => {
      const { budget, sent } = bench();
      await assert.rejects(
        budget.run("live", AbortSignal.abort(new Error("stop")), () => Promise.resolve(sent.push(0))),
        /stop/,
      );
      assert.deepEqual(sent, []);
    });

    for (const kind of ["start_throttled", "transient", "forbidden_permission", "gone", "window"] as const) {
      test(`run() is not put in force by ${kind}`, async () => {
        const { sent, throttling, refused, ask } = bench();
        await ask(1, refusal(kind, 900_000));
        await ask(100);
        assert.equal(sent.length, 101);
        assert.deepEqual([throttling.length, refused()], [0, 0]);
      });
    }
  });

  suite("while the service refuses", () => {
    test("run() holds everything back for Retry-After, then sends one", async () => {
      const { clock, sent, ask } = bench();
      await ask(1, refusal("throttled", 30_000));
      void ask(5, "hang");
      void ask(5, "hang", "backfill");
      await clock.advance(29_999);
      assert.equal(sent.length, 1);
      await clock.advance(1);
      assert.deepEqual(sent, [0, 30_000]);
    });

    test("run() sends one a second for as long as nothing is answered", async () => {
      const { budget, clock, sent, ask } = bench();
      await ask(1, refusal());
      void ask(100, "hang");
      await clock.advance(20_000);
      assert.deepEqual(
        sent,
        Array.from({ length: 19 }, (_value, index) => index * 1100),
      );
      assert.equal(Math.round(budget.requestsPerMinute), 55);
    });

    test("run() backs off from refusal to refusal, for a minute at most", async () => {
      const { clock, sent, ask } = bench();
      void ask(1, refusal());
      void ask(9, refusal());
      await clock.advance(400_000);
      const gaps = sent.map((time, index) => time - (sent[index - 1] ?? 0));
      // All ten went before the first answer.
      assert.deepEqual(
        gaps,
        Array.from({ length: 10 }, () => 0),
      );
      void ask(10, refusal());
      await clock.advance(400_000);
      assert.deepEqual(
        sent.slice(10).map((time) => time - 400_000),
        [0, 2000, 6000, 14_000, 30_000, 62_000, 122_000, 182_000, 242_000, 302_000],
      );
    });

    test("run() lets requests that went together pay a second each when they are refused", async () => {
      const { clock, sent, ask } = bench({
        backoff: { initialIntervalMs: 10, maxIntervalMs: 10, randomizationFactor: 0 },
      });
      await ask(8, refusal());
      void ask(100, refusal());
      await clock.advance(19_999);
      assert.equal(sent.length, 8 + 11);
    });

    test("run() keeps the length of a pause although the clock is set back", async () => {
      const clock = new ManualClock();
      let shiftMs = 0;
      const skewed = {
        now: () => clock.now() + shiftMs,
        sleep: clock.sleep.bind(clock),
        timeoutSignal: clock.timeoutSignal.bind(clock),
      };
      const budget = testBudget(skewed);
      await assert.rejects(budget.run("live", never, () => Promise.reject(refusal("throttled", 10_000))));
      shiftMs = -3_600_000;
      let answered = false;
      void budget.run("live", never, () => Promise.resolve((answered = true)));
      await clock.advance(10_000);
      assert.ok(answered);
    });

    test("run() says once that throttling began and once that it ended", async () => {
      const { clock, throttling, refused, ask } = bench();
      await ask(3, refusal("throttled", 5000));
      void ask(2, refusal());
      await clock.advance(60_000);
      assert.equal(throttling.length, 1);
      assert.equal(throttling[0]?.retryAfterMs, 5000);
      void ask(3);
      await clock.advance(60_000);
      assert.equal(throttling.length, 2);
      assert.equal(throttling[1], undefined);
      assert.equal(refused(), 5);
    });

    test("run() does not take the answer to an earlier request for the end of it", async () => {
      const { budget, clock, throttling, ask } = bench();
      let answer: (() => void) | undefined;
      const early = budget.run("live", never, () => new Promise<void>((resolve) => (answer = resolve)));
      await settle();
      await ask(1, refusal());
      answer?.();
      await early;
      assert.equal(throttling.length, 1);
      assert.equal(Math.round(budget.requestsPerMinute), 55);
      void ask(1);
      await clock.advance(1100);
      assert.equal(throttling.length, 2);
    });

    for (const kind of ["gone", "expired", "not_subscribed"] as const) {
      test(`run() takes ${kind} for the end of it, because the request was let in`, async () => {
        const { clock, throttling, ask } = bench();
        await ask(1, refusal());
        void ask(1, refusal(kind));
        await clock.advance(1100);
        assert.equal(throttling.length, 2);
      });
    }

    for (const kind of ["transient", "unauthorized", "start_throttled"] as const) {
      test(`run() does not take ${kind} for the end of it`, async () => {
        const { clock, throttling, ask } = bench();
        await ask(1, refusal());
        void ask(1, refusal(kind));
        await clock.advance(1100);
        assert.equal(throttling.length, 1);
      });
    }
  });

  suite("in force", () => {
    test("run() goes on with half the baseline, a small burst first and evenly after that", async () => {
      const { budget, clock, sent, ask } = await inForce();
      assert.ok(Math.abs(budget.requestsPerMinute - 1000) < 1, String(budget.requestsPerMinute));
      const startMs = 61_100;
      void ask(1000, "hang");
      await settle();
      assert.equal(sent.length, 5);
      await clock.advance(6000);
      assert.ok(sent.length >= 100 && sent.length <= 105, String(sent.length));
      const counts = Array.from(
        { length: 6 },
        (_value, second) =>
          sent.filter((time) => time > startMs + second * 1000 && time <= startMs + (second + 1) * 1000).length,
      );
      assert.ok(
        counts.every((count) => count >= 16 && count <= 17),
        String(counts),
      );
    });

    test("run() goes on with half of what went in the last minute when that was more than the baseline", async () => {
      const { budget, clock, ask } = bench();
      for (let second = 0; second < 300; second += 1) {
        await ask(100);
        await clock.advance(1000);
      }
      await ask(1, refusal());
      void ask(1);
      await clock.advance(1100);
      assert.ok(budget.requestsPerMinute > 2900 && budget.requestsPerMinute < 3100, String(budget.requestsPerMinute));
    });

    test("run() halves with every throttling anew, down to one a second", async () => {
      const { budget, clock, ask } = await inForce();
      for (const expected of [500, 250, 125, 62.5, 54.5, 54.5]) {
        await ask(1, refusal());
        void ask(1);
        await clock.advance(10_000);
        assert.ok(Math.abs(budget.requestsPerMinute - expected) < 3, `${budget.requestsPerMinute} for ${expected}`);
      }
    });

    test("run() shrinks once for requests that were refused together", async () => {
      const { budget, clock, ask } = await inForce();
      await ask(5, refusal());
      void ask(1);
      await clock.advance(10_000);
      assert.ok(Math.abs(budget.requestsPerMinute - 500) < 2, String(budget.requestsPerMinute));
    });

    test("run() does not shrink again for a request that was sent before it shrank and is refused late", async () => {
      const { budget, clock, throttling, ask } = await inForce();
      let refuse: (() => void) | undefined;
      const late = budget.run(
        "live",
        never,
        () => new Promise((_resolve, reject) => (refuse = () => reject(refusal()))),
      );
      await ask(1, refusal());
      void ask(1);
      await clock.advance(10_000);
      refuse?.();
      await assert.rejects(late);
      assert.equal(throttling.at(-1)?.kind, "throttled");
      void ask(1);
      await clock.advance(10_000);
      assert.ok(Math.abs(budget.requestsPerMinute - 500) < 1, String(budget.requestsPerMinute));
    });

    test("run() gives back a twentieth of the rate with a minute of full use, until it is out of force again", async () => {
      const { budget, clock, sent, ask } = await inForce();
      const all = ask(16_000);
      const rates: number[] = [];
      for (let minute = 0; minute < 9; minute += 1) {
        await clock.advance(60_000);
        rates.push(budget.requestsPerMinute);
      }
      assert.ok(
        rates.every((rate, minute) => Math.abs(rate - (1100 + 100 * minute)) < 10),
        rates.join(" "),
      );
      await clock.advance(120_000);
      await all;
      sent.length = 0;
      await ask(1000);
      assert.equal(sent.length, 1000);
      assert.equal(budget.requestsPerMinute, 2000);
      assert.equal(clock.sleeping, 0);
    });

    test("run() keeps three of four turns for live content, and backfill never stands still", async () => {
      const { clock, budget } = await inForce();
      const order: Priority[] = [];
      const queue = (priority: Priority): void => {
        void budget.run(priority, never, () => Promise.resolve(order.push(priority)));
      };
      for (let index = 0; index < 200; index += 1) queue("backfill");
      for (let index = 0; index < 60; index += 1) queue("live");
      await clock.advance(4000);
      const contended = order.slice(5, 65);
      assert.equal(contended.filter((priority) => priority === "live").length, 45);
      order.length = 0;
      await clock.advance(4000);
      assert.ok(order.filter((priority) => priority === "backfill").length > 40, String(order.length));
    });

    test("run() serves those who wait in one line in the order in which they came", async () => {
      const { clock, budget } = await inForce();
      const order: number[] = [];
      for (let index = 0; index < 40; index += 1) {
        void budget.run("live", never, () => Promise.resolve(order.push(index)));
      }
      await clock.advance(10_000);
      assert.deepEqual(
        order,
        Array.from({ length: 40 }, (_value, index) => index),
      );
    });
  });

  suite("the signal of a request that waits", () => {
    test("ends the wait at once and leaves no timer behind", async () => {
      const { clock, budget, ask } = bench();
      await ask(1, refusal("throttled", 3_600_000));
      const stop = new AbortController();
      const waiting = [
        budget.run("live", stop.signal, () => Promise.resolve()),
        budget.run("backfill", stop.signal, () => Promise.resolve()),
      ];
      await settle();
      assert.equal(clock.sleeping, 1);
      stop.abort(new Error("stop"));
      for (const wait of waiting) await assert.rejects(wait, /stop/);
      await settle();
      assert.equal(clock.sleeping, 0);
    });

    test("does not end the wait of others, and costs no turn", async () => {
      const { clock, budget, sent, ask } = bench();
      await ask(1, refusal("throttled", 5000));
      const stop = new AbortController();
      const gone = assert.rejects(
        budget.run("live", stop.signal, () => Promise.resolve()),
        /stop/,
      );
      void ask(2, "hang");
      stop.abort(new Error("stop"));
      await gone;
      await clock.advance(6100);
      assert.deepEqual(sent, [0, 5000, 6100]);
    });

    test("lets the next one wait in its place", async () => {
      const { clock, budget, sent, ask } = bench();
      await ask(1, refusal("throttled", 5000));
      const stop = new AbortController();
      const gone = assert.rejects(
        budget.run("live", stop.signal, () => Promise.resolve()),
        /stop/,
      );
      await settle();
      stop.abort(new Error("stop"));
      void ask(1);
      await gone;
      await clock.advance(5000);
      assert.deepEqual(sent, [0, 5000]);
      assert.equal(clock.sleeping, 0);
    });

    test("has no listener left once the request went", async () => {
      const { clock, budget, ask } = bench();
      await ask(1, refusal());
      const stop = new AbortController();
      const wait = budget.run("live", stop.signal, () => Promise.resolve("went"));
      await clock.advance(1100);
      assert.equal(await wait, "went");
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    });
  });
});
