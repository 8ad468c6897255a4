import { z } from "zod";
import { refusedKey } from "./refused-key.ts";

/**
 * Keys of the Collector's exporters that say how a queue and retries work. Delivery does both here, for every exporter
 * alike: what means the same is taken, what would mean loss is refused with an explanation.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/exporterhelper/README.md (read 2026-11-25)
 */
export function deliveryKeys(): {
  readonly sending_queue: z.ZodType;
  readonly retry_on_failure: z.ZodType;
} {
  return {
    sending_queue: z
      .strictObject({
        enabled: z.boolean().optional().describe("Changes nothing"),
        queue_size: refusedKey(
          "there is no queue to size: what waits is bounded by service::max_in_flight_bytes, and the service keeps 7 days; remove it",
        ),
        num_consumers: refusedKey("delivery makes eight attempts at a time to each exporter; remove it"),
        storage: refusedKey(
          "nothing needs to be stored: the ledger knows what is owed, and it is fetched again; remove it",
        ),
        block_on_overflow: z
          .literal(true, "would drop records; remove it: intake always waits")
          .optional()
          .describe("Always so"),
        wait_for_result: z
          .literal(true, "would acknowledge what is not delivered; remove it")
          .optional()
          .describe("Always so"),
        sizer: refusedKey("there is no queue to size; remove it"),
        batch: refusedKey("is the batch processor here; move its keys to processors::batch"),
      })
      .optional()
      .describe(
        "Accepted for the Collector's sake: intake always waits, and nothing is acknowledged before it is delivered",
      ),
    retry_on_failure: z
      .strictObject({
        enabled: z
          .literal(true, "would lose records; remove it: attempts go on until the backend has them")
          .optional()
          .describe("Always so"),
        initial_interval: refusedKey("delivery waits 1s first and doubles it; remove it"),
        max_interval: refusedKey("delivery chooses the longest wait; remove it"),
        multiplier: refusedKey("delivery doubles the wait; remove it"),
        randomization_factor: refusedKey("delivery adds its own jitter; remove it"),
        max_elapsed_time: z
          .union([z.literal(0), z.literal("0"), z.literal("0s")], {
            error: "would lose records after that time; write 0s, which is how it always is here, or remove it",
          })
          .optional()
          .describe("`0s` (without end) only: it always is"),
      })
      .optional()
      .describe("Accepted for the Collector's sake: attempts always go on until the backend has the records"),
  };
}
