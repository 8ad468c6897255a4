import { type JsonObject, parseObject } from "../../collector/record.ts";
import { type AuditSource, type MappedRecord, XdrMapper } from "./mapper.ts";
import type { XdrOptions } from "./options.ts";

const mappers = new WeakMap<XdrOptions, XdrMapper>();
const DEFAULTS: XdrOptions = {};

/**
 * Maps one Office 365 audit record to a normalized event: attributes and severity. For programs that have records but no
 * log pipeline. Never throws, whatever the record holds.
 *
 * @param record The parsed record, or its JSON text.
 * @param options Pass the same object again and the tables are compiled once.
 * @param beside What came with the record: attributes, integration, time of normalization.
 */
export function mapAuditRecord(
  record: JsonObject | string,
  options: XdrOptions = DEFAULTS,
  beside: Omit<AuditSource, "record"> = {},
): MappedRecord {
  let mapper = mappers.get(options);
  if (mapper === undefined) {
    mapper = new XdrMapper(options);
    mappers.set(options, mapper);
  }
  if (typeof record !== "string") return mapper.map({ ...beside, record });
  return mapper.map({ text: record, ...beside, record: parseObject(record) });
}
