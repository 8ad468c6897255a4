import type { ProcessorFactory } from "../../collector/component.ts";
import { missingModule } from "../../collector/modules.ts";
import { sdkProcessorConfig, type SdkProcessorConfig } from "./config.ts";
import { preflight } from "./preflight.ts";
import { SdkProcessor } from "./sdk-processor.ts";

/** The `sdk` processor: any LogRecordProcessor of the OpenTelemetry JavaScript SDK. */
export const factory: ProcessorFactory<SdkProcessorConfig> = {
  kind: "processor",
  type: "sdk",
  description: "Chains any LogRecordProcessor of the OpenTelemetry JavaScript SDK",
  stability: "alpha",
  config: sdkProcessorConfig,
  check: ({ module }) => {
    const message = missingModule(module, process.cwd());
    return message === undefined ? [] : [{ path: ["module"], message }];
  },
  preflight,
  create: (settings, config, next) => new SdkProcessor(settings, config, next),
};
