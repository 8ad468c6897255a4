// What programs import as `otel-o365/receiver`.
export type { Cloud, Endpoints } from "./clouds.ts";
export type { O365Config } from "./config.ts";
export { CONTENT_TYPES, type ContentType } from "./content-types.ts";
export { factory } from "./factory.ts";
export type { AcknowledgedBy } from "../sdk/acknowledgement.ts";
export type { EmittedLogRecord, LoggerProviderLike } from "../sdk/logger-provider-exporter.ts";
export { O365Receiver, type O365ReceiverOptions } from "../sdk/o365-receiver.ts";
export type { O365ReceiverKeys } from "../sdk/o365-receiver-keys.ts";
