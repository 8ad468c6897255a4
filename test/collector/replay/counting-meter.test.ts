import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { countingMeter } from "../../../collector/replay/counting-meter.ts";

suite("countingMeter()", () => {
  test("adds up counters, over all attributes or over those that are asked for", () => {
    const counters = countingMeter();
    const { meter } = counters;
    const sent = meter.createCounter("sent");
    sent.add(1, { exporter: "a", reason: "x" });
    sent.add(2, { exporter: "a", reason: "y" });
    meter.createCounter("sent").add(4, { exporter: "b" });
    sent.add(8);
    assert.deepEqual(
      [{}, { exporter: "a" }, { exporter: "a", reason: "y" }, { exporter: "c" }].map((where) =>
        counters.sum("sent", where),
      ),
      [15, 3, 2, 0],
    );
  });

  test("takes every other instrument, and does nothing with it", () => {
    const counters = countingMeter();
    const { meter } = counters;
    meter.createUpDownCounter("up").add(1);
    meter.createHistogram("histogram").record(1);
    meter.createGauge("gauge").record(1);
    const observable = meter.createObservableGauge("observed");
    meter.createObservableCounter("observed").addCallback(() => {});
    meter.createObservableUpDownCounter("observed").addCallback(() => {});
    meter.addBatchObservableCallback(() => {}, [observable]);
    meter.removeBatchObservableCallback(() => {}, [observable]);
    assert.equal(counters.sum("up"), 0);
  });
});
