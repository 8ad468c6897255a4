import { isJsonObject, type JsonValue } from "../../collector/record.ts";
import type { FieldType } from "./field-types.ts";
import { parseInner } from "./inner-json.ts";
import { pairsOf } from "./pairs.ts";
import { booleanOf, isDigits, isExact, trimmed } from "./rules/text.ts";
import { structured } from "./structured.ts";

/**
 * The value in the one form that its field has in all records, because a backend with typed columns or a strict index refuses
 * a record whose attribute comes in another. Undefined where there is no such form of it.
 */
export function inForm(type: FieldType, value: JsonValue): JsonValue | undefined {
  switch (type) {
    case "text":
      return textForm(value);
    case "texts":
      return textsForm(value);
    case "structure":
      return structureForm(value);
    case "boolean":
      return typeof value === "string" ? booleanOf(value) : typeof value === "boolean" ? value : undefined;
    case "number":
      return typeof value === "string" ? numberIn(value) : typeof value === "number" ? value : undefined;
    default:
      return value;
  }
}

/** A number that is too large to be one stays text: an index of numbers takes it. */
function numberIn(text: string): JsonValue | undefined {
  const word = text.trim();
  const number = word === "" ? Number.NaN : Number(word);
  return isExact(number) ? number : isDigits(word) ? word : undefined;
}

/** Several texts are texts; objects are their JSON text. */
function textForm(value: JsonValue): JsonValue | undefined {
  if (isScalar(value)) return scalarText(value);
  return isListOf(value, isScalar) ? value.map(scalarText) : jsonText(value);
}

function textsForm(value: JsonValue): JsonValue | undefined {
  const inner = typeof value === "string" ? (parseInner(value) ?? trimmed(value)) : value;
  const list = Array.isArray(inner) ? inner : [inner];
  return list.map((element: JsonValue) => (isScalar(element) ? element : (jsonText(element) ?? null)));
}

/** What is no object, nor a list of objects, becomes the member `value` of one. */
export function structureForm(value: JsonValue): JsonValue {
  const inner = typeof value === "string" ? (parseInner(value) ?? trimmed(value)) : value;
  if (Array.isArray(inner)) return structuresForm(inner);
  if (isScalar(inner)) return { value: inner };
  // One pair without its list.
  return pairsOf([inner]) === undefined ? inner : [inner];
}

function structuresForm(list: readonly JsonValue[]): JsonValue {
  let scalars = 0;
  for (let i = 0; i < list.length; i += 1) if (isScalar(list[i] ?? null)) scalars += 1;
  if (scalars === 0) return list;
  if (scalars === list.length) return { value: list };
  return list.map((element) => (isScalar(element) ? { value: element } : element));
}

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return typeof value !== "object";
}

function isListOf<T extends JsonValue>(value: JsonValue, is: (one: JsonValue) => one is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function scalarText(value: Scalar): Scalar {
  return typeof value === "boolean" || (typeof value === "number" && isExact(value)) ? String(value) : value;
}

function jsonText(value: JsonValue): string | undefined {
  if (!Array.isArray(value) && !isJsonObject(value)) return undefined;
  const kept = structured(value);
  return kept === undefined ? undefined : JSON.stringify(kept);
}
