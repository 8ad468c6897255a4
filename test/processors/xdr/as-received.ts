import type { Attributes } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import { v5 } from "uuid";
import { type AuditLogRecord, auditRecord, type JsonValue, parseObject } from "../../../collector/record.ts";
import { addCommonAttributes } from "../../../receiver/records/common-attributes.ts";

const NAMESPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

/** The resource of a receiver; one object for all its records. */
export const resource: Resource = {
  attributes: {
    "service.name": "otel-o365",
    "cloud.provider": "azure",
    "o365.tenant_id": "8d4121ed-0008-406d-bff9-0d5bb312183c",
    "o365.cloud": "commercial",
    "o365.integration": "o365/contoso",
  },
  merge: () => resource,
  getRawAttributes: () => [],
};
const scope = { name: "otel-o365/receiver" };

/** A log record as the receiver makes it from one audit record's text. */
export function asReceived(text: string, contentType = "Audit.General"): AuditLogRecord {
  const record = parseObject(text);
  const attributes: Attributes = { "log.record.uid": v5(text, NAMESPACE) };
  const add = (name: string, value: JsonValue | undefined): void => {
    if (value !== undefined && value !== null && value !== "") attributes[name] = value;
  };
  add("o365.id", record?.["Id"]);
  if (record !== null) addCommonAttributes(attributes, record);
  add("o365.content_type", contentType);
  add("o365.content_id", "20230601131218$20230601131218$audit");
  add("o365.content_created", "2023-06-01T13:20:00.000Z");
  if (typeof record?.["CreationTime"] !== "string") attributes["o365.malformed"] = true;
  const operation = record?.["Operation"];
  return {
    hrTime: [1_685_625_138, 0],
    hrTimeObserved: [1_685_626_000, 0],
    ...(typeof operation === "string" ? { eventName: operation } : {}),
    body: text,
    resource,
    instrumentationScope: scope,
    attributes,
    droppedAttributesCount: 0,
    [auditRecord]: record,
  };
}
