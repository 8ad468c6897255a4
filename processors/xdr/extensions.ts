import type { JsonObject, JsonValue } from "../../collector/record.ts";
import type { AttributeSheet } from "./attribute-sheet.ts";
import { documentedType, type FieldType } from "./field-types.ts";
import { parseInner } from "./inner-json.ts";
import { isExact, trimmed } from "./rules/text.ts";
import { isSecretKey } from "./secrets.ts";
import { structured } from "./structured.ts";

/** Adds the given top-level fields of the record, where they have no attribute yet. */
export function addExtensions(record: JsonObject, fields: readonly string[], sheet: AttributeSheet): void {
  for (const field of fields) {
    const value = record[field];
    if (value === undefined || value === null || value === "") continue;
    const slot = sheet.extensionSlot(field);
    if (slot < 0 || sheet.has(slot) || isSecretKey(field)) continue;
    const after = extensionValue(field, value);
    if (after !== undefined) sheet.set(slot, after);
  }
}

/** The attribute value of a top-level field: structured, of the documented type, without blanks around a text. */
export function extensionValue(field: string, value: JsonValue): unknown {
  const type = documentedType(field);
  const typed = type === undefined ? value : asType(type, value);
  return structured(typeof typed === "string" ? trimmed(typed) : typed);
}

/** The value in its documented type; as it is when it does not say something of that type. */
function asType(type: FieldType, value: JsonValue): JsonValue {
  if (type === "text") {
    return typeof value === "boolean" || (typeof value === "number" && isExact(value)) ? String(value) : value;
  }
  if (typeof value !== "string") return value;
  switch (type) {
    case "boolean":
      return booleanOf(value) ?? value;
    case "number":
      return numberOf(value) ?? value;
    case "list":
      return parseInner(value) ?? value;
    default:
      return value;
  }
}

function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}

function numberOf(text: string): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return isExact(number) ? number : undefined;
}
