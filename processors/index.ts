// What programs import as `otel-o365/processors`.
export { XdrLogRecordProcessor, type XdrLogRecordProcessorOptions } from "./xdr/log-record-processor.ts";
export { mapAuditRecord } from "./xdr/map-audit-record.ts";
export type { AuditSource, MappedRecord } from "./xdr/mapper.ts";
export type { Extensions, OriginalData, XdrOptions } from "./xdr/options.ts";
export {
  LosslessLogRecordProcessor,
  type LosslessLogRecordProcessorOptions,
} from "../sdk/lossless-log-record-processor.ts";
