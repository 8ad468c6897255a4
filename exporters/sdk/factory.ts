import type { ExporterFactory } from "../../collector/component.ts";
import { sdkConfig, type SdkConfig } from "./config.ts";
import { SdkExporter } from "./sdk-exporter.ts";

/** The `sdk` exporter: any LogRecordExporter of the OpenTelemetry JavaScript SDK. */
export const factory: ExporterFactory<SdkConfig> = {
  kind: "exporter",
  type: "sdk",
  description: "Hands records to any LogRecordExporter of the OpenTelemetry JavaScript SDK",
  stability: "alpha",
  config: sdkConfig,
  create: (settings, config) => new SdkExporter(settings, config),
};
