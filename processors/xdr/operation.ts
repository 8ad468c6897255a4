import type { JsonValue } from "../../collector/record.ts";
import { plainText } from "./rules/text.ts";
import { TextCache } from "./text-cache.ts";

/** An operation name without the full stop and blanks that some names end with (`Add user.`). */
export function trimOperation(operation: string): string {
  let end = operation.length;
  while (end > 0) {
    const code = operation.charCodeAt(end - 1);
    if (code !== 0x2e && code > 32) break;
    end -= 1;
  }
  return end === operation.length ? operation : operation.slice(0, end);
}

const keys = new TextCache((text) => trimOperation(text).trimStart().toLowerCase());

/** A text as conditions compare it: trimmed and in lower case, because services spell one operation or word in two ways. */
export function comparable(text: string): string {
  return keys.get(text);
}

/** Rule: an operation name without the full stop and blanks at its end. */
export function operation(value: JsonValue): string | undefined {
  const found = plainText(value);
  return found === undefined ? undefined : trimOperation(found) || undefined;
}
