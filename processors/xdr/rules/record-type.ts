import type { JsonValue } from "../../../collector/record.ts";
import { recordTypeNumber } from "../../../collector/record-types.ts";
import { plainText } from "./text.ts";

/** Rule: the number of a record type. A name that nobody published has none, and must not turn up in the place of one. */
export function recordType(value: JsonValue): number | null {
  return recordTypeNumber(value) ?? null;
}

/** A record type's name as the record has it, when it has a name instead of a number. */
export function sentTypeName(value: JsonValue | undefined): string | undefined {
  const found = typeof value === "string" ? plainText(value) : undefined;
  return found === undefined || Number.isFinite(Number(found)) ? undefined : found;
}
