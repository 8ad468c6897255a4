// What programs import as `otel-o365`.
export type {
  AnyFactory,
  Branch,
  ClientAuthenticator,
  Component,
  ExporterFactory,
  ExporterSettings,
  Extension,
  ExtensionFactory,
  ExtensionSettings,
  LogsConsumer,
  ProcessorFactory,
  ReceiverFactory,
  ReceiverSettings,
  Settings,
} from "./component.ts";
export { type Clock, systemClock } from "./clock.ts";
export { factories } from "./components.ts";
export { type LoadOptions, loadConfig } from "./config/load.ts";
export type { CollectorConfig, ConfigResult, ConfiguredComponent, PipelineConfig } from "./config/model.ts";
export { formatProblem, type Problem } from "./config/problem.ts";
export { createRegistry, type Registry } from "./config/registry.ts";
export { configSchema } from "./config/json-schema.ts";
export { Secret } from "./config/secret.ts";
export type { ConfigSource } from "./config/source.ts";
export type { ConfigProblem, ConfigSpec } from "./config/spec.ts";
export { createService } from "./create-service.ts";
export {
  CollectorError,
  describeError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "./errors.ts";
export type { CollectorHealth, IntegrationHealth } from "./health/collector-health.ts";
export { createLogger, type LogEncoding, type LoggerOptions, type LogLevel, type LogStream } from "./logger.ts";
export { type Plugin, PLUGIN_API_VERSION, type PluginApi, pluginApi } from "./plugin.ts";
export { type AuditLogRecord, auditRecord, auditRecordOf, type JsonObject, type JsonValue } from "./record.ts";
export type {
  FilesRequest,
  MissingPart,
  PeriodRequest,
  Replay,
  ReplayProgress,
  ReplayRequest,
  Share,
} from "./replayable.ts";
export type { Service, ServiceConfig, ServiceContext } from "./service.ts";
export type { StatusEntry } from "./status.ts";
export type { Storage } from "./storage/storage.ts";
export type { ComponentStatus, LogFields, Logger, ReportStatus, StatusReport } from "./telemetry.ts";
export { version } from "./version.ts";
