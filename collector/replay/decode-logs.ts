import { type SpanContext, TraceFlags } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { JsonObject, JsonValue } from "../record.ts";
import {
  anyValueOf,
  arrayOf,
  attributesOf,
  hrTimeOf,
  objectOf,
  optionalCount,
  optionalText,
  OtlpJsonError,
} from "./otlp-value.ts";

type Scope = ReadableLogRecord["instrumentationScope"];

const RECORD_MEMBERS = [
  "timeUnixNano",
  "observedTimeUnixNano",
  "severityNumber",
  "severityText",
  "body",
  "eventName",
  "attributes",
  "droppedAttributesCount",
  "flags",
  "traceId",
  "spanId",
] as const;
const MOST_SEVERE = 24;
const TRACE_ID = /^(?:[0-9a-f]{32})?$/i;
const SPAN_ID = /^(?:[0-9a-f]{16})?$/i;

/**
 * The records of an OTLP JSON ExportLogsServiceRequest, as `JsonLogsSerializer` writes it: serialized again they give the same
 * bytes. Strict, because what it did not understand would be lost: an unknown member, a key that occurs twice or an integer
 * that JavaScript cannot hold is an error. Records of one resource and scope share the objects.
 *
 * @throws {OtlpJsonError} When the text is anything else.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (read 2026-11-25)
 */
export function decodeLogs(text: string): readonly ReadableLogRecord[] {
  const request = objectOf(parse(text), "the line", ["resourceLogs"]);
  return arrayOf(request["resourceLogs"], "resourceLogs").flatMap((item, index) =>
    resourceLogs(item, `resourceLogs[${index}]`),
  );
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    throw new OtlpJsonError("the line", "JSON", text);
  }
}

function resourceLogs(value: JsonValue, path: string): readonly ReadableLogRecord[] {
  const members = objectOf(value, path, ["resource", "scopeLogs", "schemaUrl"]);
  const resource = resourceOf(members, path);
  return arrayOf(members["scopeLogs"], `${path}.scopeLogs`).flatMap((item, index) =>
    scopeLogs(item, `${path}.scopeLogs[${index}]`, resource),
  );
}

function resourceOf({ resource: value, schemaUrl: outer }: JsonObject, parent: string): Resource {
  const path = `${parent}.resource`;
  const members = objectOf(value ?? {}, path, ["attributes", "droppedAttributesCount", "schemaUrl"]);
  requireNoneDropped(members, path);
  const attributes = attributesOf(members["attributes"], `${path}.attributes`);
  const schemaUrl = optionalText(outer ?? members["schemaUrl"], `${path}.schemaUrl`);
  const resource = resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl });
  // The SDK leaves out, with a warning, what it does not take for a resource.
  const [lost] = Object.keys(attributes).filter((key) => !Object.hasOwn(resource.attributes, key));
  if (lost !== undefined) throw new OtlpJsonError(`${path}.attributes`, "of simple values", lost);
  if ((resource.schemaUrl ?? "") !== (schemaUrl ?? "")) throw new OtlpJsonError(path, "of a valid schemaUrl", outer);
  return resource;
}

function scopeLogs(value: JsonValue, path: string, resource: Resource): readonly ReadableLogRecord[] {
  const members = objectOf(value, path, ["scope", "logRecords", "schemaUrl"]);
  const scope = scopeOf(members, path);
  return arrayOf(members["logRecords"], `${path}.logRecords`).map((item, index) =>
    record(item, `${path}.logRecords[${index}]`, resource, scope),
  );
}

function scopeOf({ scope: value, schemaUrl }: JsonObject, parent: string): Scope {
  const path = `${parent}.scope`;
  const members = objectOf(value ?? {}, path, ["name", "version", "attributes", "droppedAttributesCount"]);
  const version = optionalText(members["version"], `${path}.version`);
  const url = optionalText(schemaUrl, `${parent}.schemaUrl`);
  const attributes = attributesOf(members["attributes"], `${path}.attributes`);
  if (Object.keys(attributes).length === 0) requireNoneDropped(members, path);
  const dropped = optionalCount(members["droppedAttributesCount"], `${path}.droppedAttributesCount`);
  return {
    name: optionalText(members["name"], `${path}.name`) ?? "",
    ...(version === undefined ? {} : { version }),
    ...(url === undefined ? {} : { schemaUrl: url }),
    ...(members["attributes"] === undefined ? {} : { attributes }),
    ...(dropped === undefined ? {} : { droppedAttributesCount: dropped }),
  };
}

/** The SDK has no place for the number, so that it would be lost. */
function requireNoneDropped({ droppedAttributesCount }: JsonObject, path: string): void {
  if ((droppedAttributesCount ?? 0) !== 0) {
    throw new OtlpJsonError(`${path}.droppedAttributesCount`, "0", droppedAttributesCount);
  }
}

function record(value: JsonValue, path: string, resource: Resource, scope: Scope): ReadableLogRecord {
  const members = objectOf(value, path, RECORD_MEMBERS);
  const severity = optionalCount(members["severityNumber"], `${path}.severityNumber`);
  if (severity !== undefined && severity > MOST_SEVERE) {
    throw new OtlpJsonError(`${path}.severityNumber`, `at most ${MOST_SEVERE}`, severity);
  }
  const severityText = optionalText(members["severityText"], `${path}.severityText`);
  const eventName = optionalText(members["eventName"], `${path}.eventName`);
  const spanContext = spanContextOf(members, path);
  return {
    hrTime: hrTimeOf(members["timeUnixNano"], `${path}.timeUnixNano`),
    hrTimeObserved: hrTimeOf(members["observedTimeUnixNano"], `${path}.observedTimeUnixNano`),
    ...(severity === undefined ? {} : { severityNumber: severity }),
    ...(severityText === undefined ? {} : { severityText }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(spanContext === undefined ? {} : { spanContext }),
    body: anyValueOf(members["body"], `${path}.body`),
    attributes: attributesOf(members["attributes"], `${path}.attributes`),
    droppedAttributesCount: optionalCount(members["droppedAttributesCount"], `${path}.droppedAttributesCount`) ?? 0,
    resource,
    instrumentationScope: scope,
  };
}

function spanContextOf(members: JsonObject, path: string): SpanContext | undefined {
  const traceId = optionalText(members["traceId"], `${path}.traceId`);
  const spanId = optionalText(members["spanId"], `${path}.spanId`);
  const traceFlags = optionalCount(members["flags"], `${path}.flags`);
  if (traceId === undefined && spanId === undefined && traceFlags === undefined) return undefined;
  if (!TRACE_ID.test(traceId ?? "")) throw new OtlpJsonError(`${path}.traceId`, "32 hexadecimal digits", traceId);
  if (!SPAN_ID.test(spanId ?? "")) throw new OtlpJsonError(`${path}.spanId`, "16 hexadecimal digits", spanId);
  return { traceId: traceId ?? "", spanId: spanId ?? "", traceFlags: traceFlags ?? TraceFlags.NONE };
}
