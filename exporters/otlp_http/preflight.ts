import type { Fact, PreflightSettings } from "../../collector/preflight/fact.ts";
import { probeBackend } from "../../collector/preflight/probe-backend.ts";
import type { OtlpHttpConfig } from "./config.ts";
import { nameOf } from "./destination.ts";
import { OtlpHttpExporter } from "./otlp-http-exporter.ts";

/** Whether the backend takes an empty request. */
export function preflight(
  config: OtlpHttpConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  return probeBackend(new OtlpHttpExporter(settings, config), nameOf(config.logsUrl), signal);
}
