// What programs import as `otel-o365/extensions`.
export type { HealthCheckConfig } from "./health_check/config.ts";
export { factory as healthCheckExtension } from "./health_check/factory.ts";
