import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { BatchObservableCallback, Observable } from "@opentelemetry/api";
import { observeMemory } from "../../../receiver/collection/observed-memory.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

suite("observeMemory()", () => {
  test("shows number and age for each branch, leaves out what cannot be read, and stops", () => {
    const clock = new ManualClock();
    const settings = testSettings({ id: "o365/contoso", clock });
    const names = new Map<Observable, string>();
    const callbacks = new Set<BatchObservableCallback>();
    const meter = Object.assign(Object.create(settings.meter) as typeof settings.meter, {
      createObservableGauge: (name: string) => {
        const gauge = { addCallback: () => undefined, removeCallback: () => undefined };
        names.set(gauge, name);
        return gauge;
      },
      addBatchObservableCallback: (callback: BatchObservableCallback) => callbacks.add(callback),
      removeBatchObservableCallback: (callback: BatchObservableCallback) => callbacks.delete(callback),
    });
    const ledger = {
      seenSpan: (branch: string) => {
        if (branch === "broken") throw new Error("disk");
        return branch === "new" ? { records: 0, fromMs: undefined } : { records: 5, fromMs: clock.now() - 3_600_000 };
      },
    };
    const stop = observeMemory({ ...settings, meter }, ledger, ["old", "broken", "new"]);
    const values: unknown[] = [];
    for (const callback of callbacks) {
      void callback({
        observe: (metric, value, attributes) => values.push([names.get(metric), value, attributes?.["branch"]]),
      });
    }
    assert.deepEqual(values, [
      ["otel_o365_receiver_remembered_log_records", 5, "old"],
      ["otel_o365_receiver_remembered_period", 3600, "old"],
      ["otel_o365_receiver_remembered_log_records", 0, "new"],
    ]);
    stop();
    assert.equal(callbacks.size, 0);
  });
});
