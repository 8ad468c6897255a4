import { describeError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import type { SdkProcessorConfig } from "./config.ts";
import { SdkProcessor } from "./sdk-processor.ts";

/** Whether the processor can be loaded and made. No record passes it. */
export async function* preflight(
  config: SdkProcessorConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const processor = new SdkProcessor(settings, config, { consume: () => Promise.resolve() });
  try {
    await processor.start();
    yield fact("ok", "processor", `${config.export} of "${config.module}" is loaded`);
  } catch (error) {
    yield fact("fail", "processor", describeError(error));
  } finally {
    await processor.shutdown(signal);
  }
}
