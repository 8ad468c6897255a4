import { inspect } from "node:util";

/**
 * Control, format, surrogate, private and line-separator characters. An audit record holds what an attacker chose to
 * type: shown as it is, it could move the cursor, forge lines or turn the direction of writing.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The text with every character that a terminal might obey written as `\u001b`. Stays on one line. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/** A value of an attribute, or a body, as safe text: text as it is, the rest as JSON. */
export function safeValue(value: unknown): string {
  if (typeof value === "string") return safeText(value);
  return safeText(toJson(value));
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A bigint or a circle: no component of ours makes them, a plugin may.
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  }
}
