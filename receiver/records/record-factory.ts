import type { Attributes, HrTime } from "@opentelemetry/api";
import { parseAuditTime } from "../../collector/audit-time.ts";
import { integrationResource } from "../../collector/integration-resource.ts";
import { auditRecord, parseObject, type AuditLogRecord, type JsonObject } from "../../collector/record.ts";
import { addCommonAttributes, textOf } from "./common-attributes.ts";
import { contentTypeOf } from "./content-type-of.ts";
import { dropDetectedValues } from "./dlp-values.ts";
import { recordUid, textUid } from "./record-uid.ts";

export interface RecordFactoryOptions {
  readonly tenantId: string;
  /** `commercial`, `gcc`, `gcc_high` or `dod`. */
  readonly cloud: string;
  /** YAML id of the integration, for example `o365/contoso`. */
  readonly integration: string;
  readonly serviceVersion: string;
  /** Whether the text that data loss prevention matched is cut out. */
  readonly dlpValues: "drop" | "keep";
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The blob that records come from. */
export interface ContentFacts {
  readonly contentType: string;
  readonly contentId: string;
  /** `contentCreated` as listed. */
  readonly createdIso: string;
}

export interface RecordFactory {
  /**
   * One log record for each text, in order, whatever the text is. Resource and scope are the same objects every time.
   *
   * @param texts JSON texts as the service sent them; each becomes the body of its record.
   * @param content Undefined for records that do not come in a blob: their content type is told by their record type, if it can be.
   * @param damaged Indexes of texts that were not valid UTF-8: their records are marked malformed.
   */
  records(texts: readonly string[], content: ContentFacts | undefined, damaged?: ReadonlySet<number>): AuditLogRecord[];
}

const NO_DAMAGE: ReadonlySet<number> = new Set();

/** Makes log records of one integration from the texts of its audit records. */
export function createRecordFactory(options: RecordFactoryOptions): RecordFactory {
  const resource = integrationResource(options, options.serviceVersion);
  const instrumentationScope = { name: "otel-o365/receiver", version: options.serviceVersion };
  const drop = options.dlpValues === "drop";

  function record(
    sent: string,
    isDamaged: boolean,
    content: ContentFacts | undefined,
    observed: HrTime,
    created: HrTime,
  ): AuditLogRecord {
    const redacted = drop ? dropDetectedValues(sent) : undefined;
    const text = redacted === undefined ? sent : redacted.text;
    const parsed = redacted === undefined ? parseObject(sent) : redacted.parsed;
    const operation = parsed === null ? undefined : textOf(parsed["Operation"]);
    const time = parsed === null ? undefined : creationTime(parsed);
    const attributes = attributesOf(text, parsed, operation, content);
    if (time === undefined || isDamaged) attributes["o365.malformed"] = true;
    if (redacted !== undefined) attributes["o365.redacted"] = true;
    return {
      hrTime: time ?? created,
      hrTimeObserved: observed,
      body: text,
      ...(operation === undefined ? undefined : { eventName: operation }),
      resource,
      instrumentationScope,
      attributes,
      droppedAttributesCount: 0,
      [auditRecord]: parsed,
    };
  }

  return {
    records(texts, content, damaged = NO_DAMAGE) {
      const observed = hrTimeOfMs(options.now());
      const created = (content === undefined ? undefined : parseAuditTime(content.createdIso)) ?? observed;
      return texts.map((text, index) => record(text, damaged.has(index), content, observed, created));
    },
  };
}

function creationTime(record: JsonObject): HrTime | undefined {
  const value = record["CreationTime"];
  return typeof value === "string" ? parseAuditTime(value) : undefined;
}

function attributesOf(
  text: string,
  parsed: JsonObject | null,
  operation: string | undefined,
  content: ContentFacts | undefined,
): Attributes {
  const id = parsed === null ? undefined : textOf(parsed["Id"]);
  const uid = id === undefined ? textUid(text) : recordUid(id, operation ?? "");
  const attributes: Attributes =
    content === undefined
      ? { "log.record.uid": uid }
      : {
          "log.record.uid": uid,
          "o365.content_type": content.contentType,
          "o365.content_id": content.contentId,
          "o365.content_created": content.createdIso,
        };
  if (id !== undefined) attributes["o365.id"] = id;
  if (parsed !== null) addCommonAttributes(attributes, parsed);
  if (content === undefined) addContentType(attributes);
  return attributes;
}

function addContentType(attributes: Attributes): void {
  const recordType = attributes["o365.record_type"];
  const contentType = typeof recordType === "number" ? contentTypeOf(recordType) : undefined;
  if (contentType !== undefined) attributes["o365.content_type"] = contentType;
}

function hrTimeOfMs(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
