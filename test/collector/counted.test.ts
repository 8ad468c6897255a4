import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { counted } from "../../collector/counted.ts";
import { testSettings } from "../support/test-settings.ts";
import { makeRecords } from "../support/log-records.ts";

const NAME = "otelcol_processor_incoming_items";

suite("counted()", () => {
  test("counts what is handed over, also what is then given back, and gives the consumer's own promise", async () => {
    const { meter, metrics } = testSettings();
    const failure = Promise.reject(new Error("not now"));
    failure.catch(() => undefined);
    const outcomes = [Promise.resolve(), failure];
    const consumer = counted({ consume: () => outcomes.shift() ?? assert.fail() }, meter, NAME, { processor: "batch" });
    const signal = new AbortController().signal;
    await consumer.consume(makeRecords(3), signal);
    assert.equal(consumer.consume(makeRecords(2), signal), failure);
    assert.equal(metrics.sum(NAME, { processor: "batch" }), 5);
  });
});
