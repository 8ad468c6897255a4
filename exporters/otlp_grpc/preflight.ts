import type { Fact, PreflightSettings } from "../../collector/preflight/fact.ts";
import { probeBackend } from "../../collector/preflight/probe-backend.ts";
import type { OtlpGrpcConfig } from "./config.ts";
import { OtlpGrpcExporter } from "./otlp-grpc-exporter.ts";

/** Whether the backend takes an empty request. */
export function preflight(
  config: OtlpGrpcConfig,
  settings: PreflightSettings,
  signal: AbortSignal,
): AsyncGenerator<Fact> {
  return probeBackend(new OtlpGrpcExporter(settings, config), config.target, signal);
}
