import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type CollectorError, describeError, PermanentError } from "../errors.ts";
import { scrub } from "../scrub.ts";

/** Records that a backend refused for good, on their way to the dead-letter file. */
export interface DeadLetter {
  /** `refused`: each of these records. `partial`: some of them, and the backend, which has the others, does not say which. */
  readonly reason: "refused" | "partial";
  readonly records: readonly ReadableLogRecord[];
  readonly error: CollectorError;
}

/**
 * Resource attributes that a line of the dead-letter file has on top of the records' own. They are on the resource, so
 * that the records themselves stay as they were: whoever sends them again takes these attributes off, or leaves them.
 */
export const DeadLetterAttribute = {
  reason: "o365.dead_letter.reason",
  /** What the backend said, as the exporter puts it. */
  message: "o365.dead_letter.message",
  /** As `error.type` of the counter: a status such as 400, or an error code. */
  errorType: "o365.dead_letter.error_type",
  /** The exporter's YAML id. */
  exporter: "o365.dead_letter.exporter",
  /** ISO 8601. */
  time: "o365.dead_letter.time",
} as const;

/** One line of OTLP JSON, an ExportLogsServiceRequest, without the newline. */
export function deadLetterLine(letter: DeadLetter, exporter: string, nowMs: number): Uint8Array {
  const marks = {
    [DeadLetterAttribute.reason]: letter.reason,
    [DeadLetterAttribute.message]: scrub(describeError(letter.error)),
    [DeadLetterAttribute.errorType]: errorType(letter.error),
    [DeadLetterAttribute.exporter]: exporter,
    [DeadLetterAttribute.time]: new Date(nowMs).toISOString(),
  };
  // One per resource, because the serializer groups records by identity.
  const marked = new Map<Resource, Resource>();
  const records = letter.records.map((record): ReadableLogRecord => {
    const { resource: own } = record;
    let resource = marked.get(own);
    if (resource === undefined) {
      const schemaUrl = own.schemaUrl === undefined ? {} : { schemaUrl: own.schemaUrl };
      resource = resourceFromAttributes({ ...own.attributes, ...marks }, schemaUrl);
      marked.set(own, resource);
    }
    return withResource(record, resource);
  });
  const line = JsonLogsSerializer.serializeRequest(records);
  if (line === undefined) throw new TypeError("the serializer returned nothing");
  return line;
}

/** Not by spreading: a record of the SDK has what it holds behind getters, which are not its own. */
function withResource(record: ReadableLogRecord, resource: Resource): ReadableLogRecord {
  const { hrTime, hrTimeObserved, instrumentationScope, attributes, droppedAttributesCount } = record;
  const { spanContext, severityNumber, severityText, body, eventName } = record;
  return {
    resource,
    instrumentationScope,
    hrTime,
    hrTimeObserved,
    attributes,
    droppedAttributesCount,
    ...(spanContext === undefined ? {} : { spanContext }),
    ...(severityNumber === undefined ? {} : { severityNumber }),
    ...(severityText === undefined ? {} : { severityText }),
    ...(body === undefined ? {} : { body }),
    ...(eventName === undefined ? {} : { eventName }),
  };
}

/** Bounded: the status of the refusal, or its error code. */
export function errorType(error: CollectorError): string {
  return error instanceof PermanentError && error.status !== undefined ? String(error.status) : error.code;
}
