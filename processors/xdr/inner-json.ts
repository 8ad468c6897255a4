import type { JsonValue } from "../../collector/record.ts";

/** Several rows read the same inner text of one record (user agent and application id of `additionalDetails`). */
let lastText = "";
let lastValue: JsonValue | undefined;

/** Parses JSON text inside a record. Undefined when it is none. */
export function parseInner(text: string): JsonValue | undefined {
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
