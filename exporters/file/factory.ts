import type { ExporterFactory } from "../../collector/component.ts";
import { fileConfig, type FileConfig } from "./config.ts";
import { FileExporter } from "./file-exporter.ts";
import { preflight } from "./preflight.ts";

/** The `file` exporter: OTLP JSON lines. */
export const factory: ExporterFactory<FileConfig> = {
  kind: "exporter",
  type: "file",
  description: "Appends records to a file as OTLP JSON lines",
  stability: "alpha",
  config: fileConfig,
  preflight,
  create: (settings, config) => new FileExporter(settings, config),
};
