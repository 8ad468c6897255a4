// What programs import as `otel-o365/exporters`.
export type { DebugConfig } from "./debug/config.ts";
export { factory as debugExporter } from "./debug/factory.ts";
export type { FileConfig } from "./file/config.ts";
export { factory as fileExporter } from "./file/factory.ts";
export type { OtlpGrpcConfig } from "./otlp_grpc/config.ts";
export { factory as otlpGrpcExporter } from "./otlp_grpc/factory.ts";
export type { OtlpHttpConfig } from "./otlp_http/config.ts";
export { factory as otlpHttpExporter } from "./otlp_http/factory.ts";
export type { SdkConfig } from "./sdk/config.ts";
export { factory as sdkExporter } from "./sdk/factory.ts";
