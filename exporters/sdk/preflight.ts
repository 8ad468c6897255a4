import { describeError } from "../../collector/errors.ts";
import { fact, type Fact, type PreflightSettings } from "../../collector/preflight/fact.ts";
import type { SdkConfig } from "./config.ts";
import { SdkExporter } from "./sdk-exporter.ts";

/** Whether the exporter can be loaded and made. An SDK exporter offers no way to ask its backend anything. */
export async function* preflight(
  config: SdkConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  const exporter = new SdkExporter(settings, config);
  try {
    await exporter.start();
    yield fact(
      "ok",
      "exporter",
      `${config.export} of "${config.module}" is loaded; whether its backend answers cannot be asked`,
    );
  } catch (error) {
    yield fact("fail", "exporter", describeError(error));
  } finally {
    await exporter.shutdown(signal);
  }
}
