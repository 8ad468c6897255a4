import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ObservableCallback, ObservableGauge } from "@opentelemetry/api";
import { observedBudget } from "../../../receiver/collection/observed-budget.ts";
import { ApiError } from "../../../receiver/wire-errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const never = new AbortController().signal;
const backoff = { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0 };

function throttled(): Promise<never> {
  const facts = { kind: "throttled", status: 429, apiCode: "AF429", retryAfterMs: undefined } as const;
  return Promise.reject(new ApiError("Cannot list: throttled; nothing", facts));
}

/** Settings whose one observable gauge can be read. */
function observed(clock: ManualClock): ReturnType<typeof testSettings> & { readonly read: () => unknown[] } {
  const settings = testSettings({ id: "o365/contoso", clock });
  const callbacks = new Set<ObservableCallback>();
  const gauge: ObservableGauge = {
    addCallback: (callback) => callbacks.add(callback),
    removeCallback: (callback) => callbacks.delete(callback),
  };
  const meter = Object.assign(Object.create(settings.meter) as typeof settings.meter, {
    createObservableGauge: (name: string) => {
      assert.equal(name, "otel_o365_receiver_request_budget");
      return gauge;
    },
  });
  const read = (): unknown[] => {
    const values: unknown[] = [];
    const observe = (value: number, attributes?: unknown): number => values.push([value, attributes]);
    for (const callback of callbacks) void callback({ observe });
    return values;
  };
  return { ...settings, meter, read };
}

suite("observedBudget()", () => {
  test("shows the rate, counts refusals, and says when throttling begins and ends", async () => {
    const clock = new ManualClock();
    const settings = observed(clock);
    const { budget, close } = observedBudget(settings, backoff);
    assert.deepEqual(settings.read(), [[2000, { receiver: "o365/contoso" }]]);
    await assert.rejects(budget.run("live", never, throttled));
    assert.deepEqual(settings.read(), [[55, { receiver: "o365/contoso" }]]);
    const attributes = { receiver: "o365/contoso" };
    assert.equal(settings.metrics.sum("otel_o365_receiver_throttled_requests", attributes), 1);
    const answered = budget.run("live", never, () => Promise.resolve());
    await clock.advance(1100);
    await answered;
    assert.deepEqual(settings.read(), [[1000, { receiver: "o365/contoso" }]]);
    assert.deepEqual(settings.reports, [
      {
        aspect: "requests",
        status: "recoverable_error",
        message: "Cannot list: throttled; nothing",
        reason: "throttled",
      },
      { aspect: "requests", status: "ok" },
    ]);
    close();
    assert.deepEqual(settings.read(), []);
  });
});
