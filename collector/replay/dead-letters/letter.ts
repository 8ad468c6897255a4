import { isUtf8 } from "node:buffer";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { type DeadLetter, DeadLetterAttribute } from "../../delivery/dead-letter.ts";
import { decodeLogs } from "../decode-logs.ts";
import { OtlpJsonError } from "../otlp-value.ts";

/** A line of a dead-letter file, as it was before it was set aside. */
export interface Letter {
  readonly reason: DeadLetter["reason"];
  /** Without the attributes that say why they were set aside. */
  readonly records: readonly ReadableLogRecord[];
}

const MARKS: ReadonlySet<string> = new Set(Object.values(DeadLetterAttribute));

/**
 * Reads a line. One that says no reason counts as refused.
 *
 * @throws {OtlpJsonError} When it is no OTLP JSON, or could not be sent without losing some of it.
 */
export function readLetter(line: Buffer): Letter {
  // Replacement characters would be sent in place of what is there.
  if (!isUtf8(line)) throw new OtlpJsonError("the line", "UTF-8", "bytes of another encoding");
  const marked = decodeLogs(line.toString("utf8"));
  const isPartial = marked.some(({ resource }) => resource.attributes[DeadLetterAttribute.reason] === "partial");
  const own = new Map<Resource, Resource>();
  const records = marked.map((record): ReadableLogRecord => {
    let resource = own.get(record.resource);
    if (resource === undefined) {
      resource = withoutMarks(record.resource);
      own.set(record.resource, resource);
    }
    return { ...record, resource };
  });
  return { reason: isPartial ? "partial" : "refused", records };
}

function withoutMarks({ attributes, schemaUrl }: Resource): Resource {
  const rest = Object.entries(attributes).filter(([key]) => !MARKS.has(key));
  return resourceFromAttributes(Object.fromEntries(rest), schemaUrl === undefined ? {} : { schemaUrl });
}
