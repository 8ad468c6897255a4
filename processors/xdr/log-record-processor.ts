import { diag, type HrTime, SeverityNumber } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import {
  type AuditLogRecord,
  auditRecordOf,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../collector/record.ts";
import { XdrMapper } from "./mapper.ts";
import type { XdrOptions } from "./options.ts";
import { plainText } from "./rules/text.ts";

/** Options of the plugin. */
export interface XdrLogRecordProcessorOptions extends XdrOptions {
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: (() => number) | undefined;
}

/** Where the receiver puts the fields that every audit record has. */
const FIELD_ATTRIBUTES: readonly (readonly [field: string, attribute: string])[] = [
  ["Id", "o365.id"],
  ["RecordType", "o365.record_type"],
  ["OrganizationId", "o365.organization_id"],
  ["UserType", "o365.user_type"],
  ["UserKey", "o365.user_key"],
  ["UserId", "o365.user_id"],
  ["Workload", "o365.workload"],
  ["ResultStatus", "o365.result_status"],
  ["ObjectId", "o365.object_id"],
  ["ClientIP", "o365.client_ip"],
  ["Scope", "o365.scope"],
];

/**
 * Normalizes audit records inside an OpenTelemetry SDK: an audit record is a log record whose body is one (JSON text or
 * the parsed object), or that has the `o365.*` attributes of the receiver. All other log records pass untouched.
 *
 * Put it before the processor that exports. The SDK keeps 128 attributes by default (`logRecordLimits`); the schema's
 * come first, so what gets lost beyond are extensions. Never throws: a logging call must not fail.
 */
export class XdrLogRecordProcessor implements LogRecordProcessor {
  readonly #mapper: XdrMapper;
  readonly #now: () => number;

  constructor(options: XdrLogRecordProcessorOptions = {}) {
    this.#mapper = new XdrMapper(options);
    this.#now = options.now ?? Date.now;
  }

  onEmit(logRecord: ReadWriteLogRecord): void {
    try {
      this.#map(logRecord);
    } catch (error) {
      diag.error("Cannot normalize an audit record: it passes as it came; please report this", error);
    }
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  #map(logRecord: ReadWriteLogRecord): void {
    const record = recordOf(logRecord);
    if (record === undefined) return;
    const before = logRecord.attributes;
    // The receiver's resource, where it is not the provider's own, comes as attributes.
    const integration = logRecord.resource.attributes["o365.integration"] ?? before["o365.integration"];
    const mapped = this.#mapper.map({
      record,
      text: typeof logRecord.body === "string" ? logRecord.body : undefined,
      attributes: before,
      integration: typeof integration === "string" ? integration : undefined,
      nowMs: this.#now(),
    });
    for (const name of Object.keys(mapped.attributes)) {
      const value = mapped.attributes[name];
      if (before[name] !== value) logRecord.setAttribute(name, value);
    }
    if (logRecord.severityNumber === undefined || logRecord.severityNumber === SeverityNumber.UNSPECIFIED) {
      logRecord.setSeverityNumber(mapped.severityNumber);
      logRecord.setSeverityText(mapped.severityText);
    }
    const operation = plainText(record?.["Operation"]);
    if (logRecord.eventName === undefined && operation !== undefined) logRecord.setEventName(operation);
    if (mapped.dropBody) logRecord.setBody(undefined);
  }
}

/** The audit record of a log record; null when it is one that cannot be read; undefined when it is none. */
function recordOf(logRecord: ReadWriteLogRecord): JsonObject | null | undefined {
  const { body, attributes } = logRecord;
  const parsed = isAuditObject(body) ? body : auditRecordOf(readable(logRecord));
  if (parsed !== null && isAuditObject(parsed)) return parsed;
  const marked = attributes["o365.id"] !== undefined || attributes["o365.record_type"] !== undefined;
  if (marked && body === undefined) return fromAttributes(logRecord);
  return marked || attributes["o365.malformed"] === true || attributes["o365.content_type"] !== undefined
    ? parsed
    : undefined;
}

/** Reading is all that is done with it. */
function readable(logRecord: ReadWriteLogRecord): AuditLogRecord {
  return logRecord;
}

function isAuditObject(value: unknown): value is JsonObject {
  return isJsonObject(value) && ("RecordType" in value || "Operation" in value) && "CreationTime" in value;
}

function fromAttributes(logRecord: ReadWriteLogRecord): JsonObject {
  const record: Record<string, JsonValue> = { CreationTime: isoTime(logRecord.hrTime) };
  if (logRecord.eventName !== undefined) record["Operation"] = logRecord.eventName;
  for (const [field, attribute] of FIELD_ATTRIBUTES) {
    const value = logRecord.attributes[attribute];
    if (typeof value === "string" || typeof value === "number") record[field] = value;
  }
  return record;
}

function isoTime([seconds, nanoseconds]: HrTime): string {
  const decimals = String(nanoseconds).padStart(9, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${decimals}Z`;
}
