export { XdrLogRecordProcessor, type XdrLogRecordProcessorOptions } from "./xdr/log-record-processor.ts";
export { mapAuditRecord } from "./xdr/map-audit-record.ts";
export type { AuditSource, MappedRecord } from "./xdr/mapper.ts";
export type { Extensions, OriginalData, XdrOptions } from "./xdr/options.ts";
