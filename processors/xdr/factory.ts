import type { ProcessorFactory } from "../../collector/component.ts";
import { config, type XdrConfig } from "./config.ts";
import { XdrProcessor } from "./processor.ts";

export const factory: ProcessorFactory<XdrConfig> = {
  kind: "processor",
  type: "xdr",
  description: "Maps audit records to Taegis XDR schemas and OpenTelemetry attributes",
  stability: "alpha",
  config,
  create: (settings, config, next) => new XdrProcessor(settings, config, next),
};
