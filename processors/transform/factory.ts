import type { ProcessorFactory } from "../../collector/component.ts";
import { transformConfig, type TransformConfig } from "./config.ts";
import { TransformProcessor } from "./transform-processor.ts";

/** The `transform` processor: changes of single records. */
export const factory: ProcessorFactory<TransformConfig> = {
  kind: "processor",
  type: "transform",
  description: "Sets, deletes, renames, hashes and truncates parts of records, with CEL values and conditions",
  stability: "alpha",
  config: transformConfig,
  create: (settings, config, next) => new TransformProcessor(settings, config, next),
};
