import type { ExporterFactory } from "../../collector/component.ts";
import { debugConfig, type DebugConfig } from "./config.ts";
import { DebugExporter } from "./debug-exporter.ts";

/** The `debug` exporter: records on standard output. */
export const factory: ExporterFactory<DebugConfig> = {
  kind: "exporter",
  type: "debug",
  description: "Prints records on standard output for people to read",
  stability: "alpha",
  config: debugConfig,
  create: (settings, config) => new DebugExporter(settings, config, process.stdout),
};
