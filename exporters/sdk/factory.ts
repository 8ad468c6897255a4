import type { ExporterFactory } from "../../collector/component.ts";
import { missingModule } from "../../collector/modules.ts";
import { sdkConfig, type SdkConfig } from "./config.ts";
import { preflight } from "./preflight.ts";
import { SdkExporter } from "./sdk-exporter.ts";

/** The `sdk` exporter: any LogRecordExporter of the OpenTelemetry JavaScript SDK. */
export const factory: ExporterFactory<SdkConfig> = {
  kind: "exporter",
  type: "sdk",
  description: "Hands records to any LogRecordExporter of the OpenTelemetry JavaScript SDK",
  stability: "alpha",
  config: sdkConfig,
  check: ({ module }) => {
    const message = missingModule(module, process.cwd());
    return message === undefined ? [] : [{ path: ["module"], message }];
  },
  preflight,
  create: (settings, config) => new SdkExporter(settings, config),
};
