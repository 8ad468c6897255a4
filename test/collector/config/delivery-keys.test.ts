import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import { deliveryKeys } from "../../../collector/config/delivery-keys.ts";

const schema = z.strictObject(deliveryKeys());

/** Every key that the Collector's exporters have for queue and retries, with what the operator is told; undefined: it is taken. */
const keys = {
  sending_queue: [
    ["enabled", true, undefined],
    ["enabled", false, undefined],
    ["queue_size", 1000, /there is no queue to size: .* service::max_in_flight_bytes.*; remove it/],
    ["num_consumers", 10, /eight attempts at a time.*; remove it/],
    ["storage", "file_storage", /the ledger knows what is owed.*; remove it/],
    ["sizer", "requests", /there is no queue to size; remove it/],
    ["batch", { min_size: 10 }, /is the batch processor here; move its keys to processors::batch/],
    ["block_on_overflow", true, undefined],
    ["block_on_overflow", false, /would drop records; remove it/],
    ["wait_for_result", true, undefined],
    ["wait_for_result", false, /would acknowledge what is not delivered; remove it/],
  ],
  retry_on_failure: [
    ["enabled", true, undefined],
    ["enabled", false, /would lose records; remove it/],
    ["initial_interval", "5s", /delivery waits 1s first.*; remove it/],
    ["max_interval", "30s", /delivery chooses the longest wait; remove it/],
    ["multiplier", 1.5, /delivery doubles the wait; remove it/],
    ["randomization_factor", 0.5, /its own jitter; remove it/],
    ["max_elapsed_time", "0s", undefined],
    ["max_elapsed_time", 0, undefined],
    ["max_elapsed_time", "300s", /would lose records after that time; write 0s/],
  ],
} as const;

suite("deliveryKeys()", () => {
  for (const [section, cases] of Object.entries(keys)) {
    for (const [key, value, refused] of cases) {
      test(`${refused === undefined ? "take" : "refuse with a reason"} ${section}::${key}: ${JSON.stringify(value)}`, () => {
        const { error } = schema.safeParse({ [section]: { [key]: value } });
        if (refused === undefined) assert.equal(error, undefined);
        else {
          assert.deepEqual(
            error?.issues.map(({ path }) => path),
            [[section, key]],
          );
          assert.match(error?.issues[0]?.message ?? "", refused);
        }
      });
    }
  }
});
