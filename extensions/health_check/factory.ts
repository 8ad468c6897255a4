import type { ExtensionFactory } from "../../collector/component.ts";
import { healthCheckConfig, type HealthCheckConfig } from "./config.ts";
import { HealthCheck } from "./health-check.ts";

/** The `health_check` extension: liveness and readiness over HTTP. */
export const factory: ExtensionFactory<HealthCheckConfig> = {
  kind: "extension",
  type: "health_check",
  description: "Answers over HTTP whether the collector lives, and whether everything is collected and delivered",
  stability: "alpha",
  config: healthCheckConfig,
  create: (settings, config) => new HealthCheck(settings, config),
};
