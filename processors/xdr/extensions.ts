import type { JsonValue } from "../../collector/record.ts";
import type { AttributeSheet } from "./attribute-sheet.ts";
import type { FieldType } from "./field-types.ts";
import { parseInner } from "./inner-json.ts";
import type { ExtensionField } from "./program.ts";
import type { RecordReader } from "./record-reader.ts";
import { booleanOf, isExact, trimmed } from "./rules/text.ts";
import { structured } from "./structured.ts";

/** Adds fields of the record under their own names, where they have no attribute yet. */
export function addExtensions(fields: readonly ExtensionField[], reader: RecordReader, sheet: AttributeSheet): void {
  for (const { place, target, type } of fields) {
    if (sheet.has(target)) continue;
    const value = reader.value(place);
    if (value === undefined || value === null || value === "") continue;
    const after = extensionValue(type, value);
    if (after !== undefined) sheet.set(target, after);
  }
}

/** The attribute value of a top-level field: structured, of its documented type, without blanks around a text. */
export function extensionValue(type: FieldType | undefined, value: JsonValue): unknown {
  const typed = type === undefined ? value : asType(type, value);
  return typeof typed === "string" ? extensionText(typed) : structured(typed);
}

/** As `extensionValue`, of a text that is documented as text or has no documented type. */
export function extensionText(text: string): unknown {
  return structured(trimmed(text));
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

function numberOf(text: string): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return isExact(number) ? number : undefined;
}
