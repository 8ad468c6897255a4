import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";

/** Any JSON value, as `JSON.parse` gives it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/**
 * Key under which the parsed audit record travels with its log record, so that nobody parses the body twice. Spreading
 * a record into a new one keeps it. Symbols are not serialized, so no exporter ships it.
 */
export const auditRecord: unique symbol = Symbol("otel-o365.audit_record");

/** Events of the collector itself (gaps, expiring certificates) begin with this. They travel down the pipelines among the audit records. */
const COLLECTOR_EVENTS = "o365.collector.";

/** The instrumentation scope of those events. */
export const COLLECTOR_SCOPE = "otel-o365/collector";

/**
 * Whether a record tells of the collector rather than of the tenant. The name alone says nothing: that of an audit record is
 * whatever stands in it as operation, and must not take the record past filters and mapping.
 */
export function isCollectorEvent(record: ReadableLogRecord): boolean {
  return (
    record.eventName?.startsWith(COLLECTOR_EVENTS) === true && record.instrumentationScope.name === COLLECTOR_SCOPE
  );
}

/** A log record made by the receiver. `body` is the audit record's JSON text exactly as the service sent it. */
export interface AuditLogRecord extends ReadableLogRecord {
  /** The parsed body; `null` when the body is not a JSON object. */
  readonly [auditRecord]?: JsonObject | null;
}

/** The parsed audit record of a log record: what travels beside it, or the parsed body. `null` when there is none. */
export function auditRecordOf(record: AuditLogRecord): JsonObject | null {
  const carried = record[auditRecord];
  if (carried !== undefined) return carried;
  return typeof record.body === "string" ? parseObject(record.body) : null;
}

/** Parses JSON text that should hold an object. `null` when it does not. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** True for an object that came out of `JSON.parse`, not for arrays and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
