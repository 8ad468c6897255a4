import type { ProcessorFactory } from "../../collector/component.ts";
import { filterConfig, type FilterConfig } from "./config.ts";
import { FilterProcessor } from "./filter-processor.ts";

/** The `filter` processor: keeps or drops records by conditions. */
export const factory: ProcessorFactory<FilterConfig> = {
  kind: "processor",
  type: "filter",
  description: "Keeps or drops records by CEL conditions, counted by rule",
  stability: "alpha",
  config: filterConfig,
  create: (settings, config, next) => new FilterProcessor(settings, config, next),
};
