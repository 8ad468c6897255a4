// What programs import as `otel-o365/extensions`.
export type { BasicAuthConfig } from "./basicauth/config.ts";
export { factory as basicAuthExtension } from "./basicauth/factory.ts";
export type { BearerTokenAuthConfig } from "./bearertokenauth/config.ts";
export { factory as bearerTokenAuthExtension } from "./bearertokenauth/factory.ts";
export type { HealthCheckConfig } from "./health_check/config.ts";
export { factory as healthCheckExtension } from "./health_check/factory.ts";
export type { OAuth2ClientConfig } from "./oauth2client/config.ts";
export { factory as oauth2ClientExtension } from "./oauth2client/factory.ts";
