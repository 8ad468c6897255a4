import type { ProcessorFactory } from "../../collector/component.ts";
import { BatchProcessor } from "./batch-processor.ts";
import { batchConfig, type BatchConfig } from "./config.ts";

/** The `batch` processor: batches of a good size, acknowledgements kept. */
export const factory: ProcessorFactory<BatchConfig> = {
  kind: "processor",
  type: "batch",
  description: "Merges and splits records into batches of a good size and keeps every acknowledgement",
  stability: "alpha",
  config: batchConfig,
  create: (settings, config, next) => new BatchProcessor(settings, config, next),
};
