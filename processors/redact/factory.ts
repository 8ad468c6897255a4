import type { ProcessorFactory } from "../../collector/component.ts";
import { redactConfig, type RedactConfig } from "./config.ts";
import { RedactProcessor } from "./redact-processor.ts";

/** The `redact` processor: values that must not leave. */
export const factory: ProcessorFactory<RedactConfig> = {
  kind: "processor",
  type: "redact",
  description: "Replaces or hashes values by name and by pattern, in body and attributes alike",
  stability: "alpha",
  config: redactConfig,
  create: (settings, config, next) => new RedactProcessor(settings, config, next),
};
