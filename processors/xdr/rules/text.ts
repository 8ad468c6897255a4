import type { JsonValue } from "../../../collector/record.ts";
import { holdsSecrets } from "../secrets.ts";

/** Words that services write where they have no value. Compared without case. */
const FILLERS: ReadonlySet<string> = new Set([
  "<null>",
  "(null)",
  "__null__",
  "null",
  "n/a",
  "not available",
  "not-found",
  "unknown",
  "undefined",
  "00000000-0000-0000-0000-000000000000",
]);
const LONGEST_FILLER = Math.max(...[...FILLERS].map((filler) => filler.length));
/** By character code, how long the fillers are that begin with it, in either case: a bit for each length. */
const FILLER_LENGTHS = new Int32Array(128);
for (const filler of FILLERS) {
  for (const first of new Set([filler.charCodeAt(0), filler.toUpperCase().charCodeAt(0)])) {
    FILLER_LENGTHS[first] = (FILLER_LENGTHS[first] ?? 0) | (1 << (filler.length & 31));
  }
}

/** True for text that stands for "no value": empty, blank, `<null>`, `__NULL__`, `Not Available`, `Unknown`, the zero GUID. Expects trimmed text. */
export function isFiller(text: string): boolean {
  if (text.length === 0) return true;
  if (text.length > LONGEST_FILLER) return false;
  // Nearly all text is told apart by its first character and its length.
  const lengths = FILLER_LENGTHS[text.charCodeAt(0)] ?? 0;
  return (lengths & (1 << (text.length & 31))) !== 0 && FILLERS.has(text.toLowerCase());
}

/** True for text that begins like JSON: an object, a list, or a string that may have one of them in it. */
function isJsonText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === 0x7b || first === 0x5b || first === 0x22;
}

/**
 * False for numbers that are not what the record says: reading JSON rounds whole numbers beyond 2^53, as ids of
 * Yammer can be. A wrong id is worse than none.
 */
export function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}

/**
 * The value as trimmed text: a string that is no filler, or a number that is exact. Nothing else has a text. JSON text that
 * holds what a data loss prevention rule matched has none either.
 */
export function plainText(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return saysSomething(value) ? value : readText(value);
  return typeof value === "number" && isExact(value) ? String(value) : undefined;
}

function readText(value: string): string | undefined {
  const text = trimmed(value);
  if (isFiller(text)) return undefined;
  return isJsonText(text) && holdsSecrets(text) ? undefined : text;
}

/** True for text whose first and last characters already tell that it is as it should be: nearly all. */
function saysSomething(text: string): boolean {
  const last = text.length - 1;
  if (last < 0) return false;
  const end = text.charCodeAt(last);
  return end > 32 && end < 128 && ORDINARY[text.charCodeAt(0)] === 1;
}

/** By character code, whether text that begins with it is neither blank nor a filler nor JSON. */
const ORDINARY = Uint8Array.from({ length: 128 }, (_, code) => {
  const first = String.fromCharCode(code);
  return code > 32 && FILLER_LENGTHS[code] === 0 && !isJsonText(first) ? 1 : 0;
});

/** A blank, or a character without width, which names of alerts have at their end: nobody who types the name types it. */
const UNSEEN = /[\s\u200B-\u200D\u2060]/;

/** The text without what is not seen around it. One pattern for the whole text would read long runs again and again. */
function seen(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && UNSEEN.test(text.charAt(start))) start += 1;
  while (end > start && UNSEEN.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The text without blanks around it. */
export function trimmed(text: string): string {
  const last = text.length - 1;
  if (last < 0) return text;
  const first = text.charCodeAt(0);
  const end = text.charCodeAt(last);
  // Nearly no value needs more. Above 127 there are other blanks.
  return first > 32 && first < 128 && end > 32 && end < 128 ? text : seen(text);
}

/** The text without percent encoding; as it is where that is none. */
export function decoded(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of a GUID as text, in characters. */
export const GUID_LENGTH = 36;
const HYPHEN = 0x2d;
/** Of a hexadecimal digit, and of one that is no letter in upper case. */
const HEX = 1;
const LOWER = 2;
const DIGIT_KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9a-f]/.test(character)) return HEX | LOWER;
  return /[A-F]/.test(character) ? HEX : 0;
});

/**
 * What is true of all characters in a part of the text: `HEX`, `LOWER`. Without a branch for each of them: whether a digit or
 * a letter comes next in an id is chance, and no processor foresees it.
 */
function digitKinds(text: string, from: number, to: number): number {
  let kinds = HEX | LOWER;
  let codes = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    codes |= code;
    kinds &= DIGIT_KINDS[code & 127] ?? 0;
  }
  return codes < 128 ? kinds : 0;
}

function guidKinds(text: string): number {
  if (text.length !== GUID_LENGTH || text.charCodeAt(8) !== HYPHEN || text.charCodeAt(13) !== HYPHEN) return 0;
  if (text.charCodeAt(18) !== HYPHEN || text.charCodeAt(23) !== HYPHEN) return 0;
  return (
    digitKinds(text, 0, 8) &
    digitKinds(text, 9, 13) &
    digitKinds(text, 14, 18) &
    digitKinds(text, 19, 23) &
    digitKinds(text, 24, GUID_LENGTH)
  );
}

/** True for `8-4-4-4-12` hexadecimal digits. */
export function isGuid(text: string): boolean {
  return guidKinds(text) !== 0;
}

/** A GUID in lower case; undefined for other text. */
export function guidOf(text: string): string | undefined {
  const kinds = guidKinds(text);
  if (kinds === 0) return undefined;
  return (kinds & LOWER) === 0 ? text.toLowerCase() : text;
}

/** True when the text is not empty and all of it is hexadecimal digits. */
export function isHex(text: string): boolean {
  return text.length > 0 && digitKinds(text, 0, text.length) !== 0;
}

/** True when the text is not empty and all of it is decimal digits. */
export function isDigits(text: string): boolean {
  if (text.length === 0) return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Text as it is: strings that say something, and numbers. */
export function text(value: JsonValue): string | undefined {
  return plainText(value);
}

/** Text that is no GUID: a name that somebody gave. */
export function nameText(value: JsonValue | undefined): string | undefined {
  const found = plainText(value);
  return found === undefined || isGuid(found) ? undefined : found;
}

/** A GUID in lower case; other text as it is. */
export function lowerGuid(value: JsonValue): string | undefined {
  const found = plainText(value);
  return found === undefined ? undefined : (guidOf(found) ?? found);
}

/** A whole number, also when it comes as text. */
export function integer(value: JsonValue): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

/** What a word says; undefined for others than `true` and `false`. */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}

/** Rule: `true` when that is what is there, also as a word. What is not so is left out. */
export function flag(value: JsonValue): true | undefined {
  return (typeof value === "string" ? booleanOf(value) : value) === true || undefined;
}

/** A number with decimals, also when it comes as text. */
export function decimal(value: JsonValue): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A country code of two letters (ISO 3166-1), in upper case. */
export function country(value: JsonValue): string | undefined {
  const found = plainText(value)?.toUpperCase();
  return found?.length === 2 && isUpperLetter(found, 0) && isUpperLetter(found, 1) ? found : undefined;
}

function isUpperLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 65 && code <= 90;
}
