import type { JsonValue } from "../../collector/record.ts";
import type { AttributeSheet } from "./attribute-sheet.ts";
import { inForm } from "./field-forms.ts";
import type { FieldType } from "./field-types.ts";
import type { ExtensionField } from "./program.ts";
import type { RecordReader } from "./record-reader.ts";
import { trimmed } from "./rules/text.ts";
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
  const typed = type === undefined ? value : inForm(type, value);
  return typeof typed === "string" ? extensionText(typed) : structured(typed);
}

/** As `extensionValue`, of a text that is documented as text or has no documented type. */
export function extensionText(text: string): unknown {
  return structured(trimmed(text));
}
