import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";

/** Attributes of an audit record as `xdr` makes them take about this much as protobuf. Measuring each would cost more than it tells. */
const ATTRIBUTES_BYTES = 1024;

/** A body that is not text, which only records of other sources have. */
const OTHER_BODY_BYTES = 1024;

/** Estimated size of a record on the wire, in bytes before compression. */
export function estimateBytes(record: ReadableLogRecord): number {
  const { body } = record;
  return ATTRIBUTES_BYTES + (typeof body === "string" ? Buffer.byteLength(body) : OTHER_BODY_BYTES);
}
