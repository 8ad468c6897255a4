import { z } from "zod";
import { duration } from "../../collector/config/fields.ts";
import { refusedKey } from "../../collector/config/refused-key.ts";
import type { ConfigSpec } from "../../collector/config/spec.ts";

/** Configuration of the `batch` processor. */
export interface BatchConfig {
  /** Records at which a batch is sent without waiting for `timeoutMs`. */
  readonly sendBatchSize: number;
  /** Most records in a batch; infinite when there is no limit. */
  readonly sendBatchMaxSize: number;
  /** Most bytes in a batch, by estimate. A single record above it goes alone. */
  readonly sendBatchMaxBytes: number;
  /** Longest time that a record waits for others; 0 sends at once. */
  readonly timeoutMs: number;
}

/**
 * The Collector's names. Its default of 8192 records suits spans of some hundred bytes; audit records have about
 * 2 kB and backends commonly take requests of up to 4 MB (gRPC servers by default), so both limits are lower here.
 */
export const batchConfig: ConfigSpec<BatchConfig> = z
  .strictObject({
    send_batch_size: z
      .int()
      .min(1)
      .default(512)
      .describe("Number of records at which a batch is sent without waiting for the timeout"),
    send_batch_max_size: z
      .int()
      .min(0)
      .default(0)
      .describe("Most records in a batch; larger inputs are split. 0 sets no limit; else at least send_batch_size"),
    send_batch_max_bytes: z
      .int()
      .min(16_384)
      .default(1_048_576)
      .describe("Most bytes of records in a batch, estimated before compression. A single larger record goes alone"),
    timeout: duration({ max: "1m" })
      .prefault("200ms")
      .describe("Longest time that a record waits for others. 0s sends every input at once"),
    metadata_keys: refusedKey("records come from receivers here, not from clients with metadata; remove it"),
    metadata_cardinality_limit: refusedKey("there is no metadata to batch by; remove it"),
  })
  .refine((value) => value.send_batch_max_size === 0 || value.send_batch_max_size >= value.send_batch_size, {
    path: ["send_batch_max_size"],
    message: "must be 0 or at least send_batch_size",
  })
  .transform((value) => ({
    sendBatchSize: value.send_batch_size,
    sendBatchMaxSize: value.send_batch_max_size === 0 ? Number.POSITIVE_INFINITY : value.send_batch_max_size,
    sendBatchMaxBytes: value.send_batch_max_bytes,
    timeoutMs: value.timeout,
  }));
