import type { JsonValue } from "../../collector/record.ts";

/** Several rows read the same inner text of one record (user agent and application id of `additionalDetails`). */
let lastText = "";
let lastValue: JsonValue | undefined;

/** The code of the first character that is no blank; NaN when there is none. */
export function firstCode(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x20) return code;
  }
  return Number.NaN;
}

/** True for text that begins like a JSON object or list. */
export function looksLikeJson(text: string): boolean {
  const code = firstCode(text);
  return code === 0x7b || code === 0x5b;
}

/** A list, also as JSON text. One element where a list is usual stands for the list. */
export function listIn(value: JsonValue): readonly JsonValue[] {
  const found = typeof value === "string" ? (parseInner(value) ?? value) : value;
  return Array.isArray(found) ? found : [found];
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
