import type { JsonValue } from "../../collector/record.ts";

/** Several rows read the same inner text of one record (user agent and application id of `additionalDetails`). */
let lastText = "";
let lastValue: JsonValue | undefined;

/** True for text that begins like a JSON object or list. */
export function looksLikeJson(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x7b || code === 0x5b) return true;
    if (code > 0x20) return false;
  }
  return false;
}

/** Parses the JSON text of an object or a list inside a record. Undefined when it is none. */
export function parseInner(text: string): JsonValue | undefined {
  if (!looksLikeJson(text)) return undefined;
  if (text === lastText) return lastValue;
  let value: JsonValue | undefined;
  try {
    const parsed: JsonValue = JSON.parse(text);
    value = parsed;
  } catch {
    value = undefined;
  }
  lastText = text;
  lastValue = value;
  return value;
}
