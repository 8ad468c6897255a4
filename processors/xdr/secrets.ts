import type { JsonObject, JsonValue } from "../../collector/record.ts";
import { firstCode } from "./inner-json.ts";

/** Members that hold the secrets a data loss prevention rule matched. In lower case. */
const SECRET_KEYS: readonly string[] = ["detectedvalues", "sensitiveinformationdetections"];
const SECRET_NAME = /detectedvalues|sensitiveinformationdetections/i;
const SHORTEST_SECRET = "DetectedValues".length;
/** Both names hold it as they are written; one search tells nearly every text apart. */
const COMMON_PART = "Detect";

/** True for the name of a member or pair that holds matched secrets. */
export function isSecretName(name: string): boolean {
  const { length } = name;
  if (length !== 14 && length !== 30) return false;
  return SECRET_KEYS.includes(name.toLowerCase());
}

/** True for a name under which nothing may be shown: that of matched secrets, or one that has them in itself, as JSON. */
export function isSecretKey(key: string): boolean {
  if (key.length < SHORTEST_SECRET) return false;
  return isSecretName(key) || (beginsLikeJson(key) && holdsSecrets(key));
}

/**
 * What a receiver that drops the values leaves, without the backslashes of JSON inside strings: the names without them.
 * Whatever else stands there counts as a secret.
 */
const EMPTY_VALUES = /"DetectedValues"\s*:\s*(?:\[\s*\]|null)\s*,?/gi;
const EMPTY_DETECTIONS =
  /"SensitiveInformationDetections"\s*:\s*(?:null|\{\s*(?:"ResultsTruncated"\s*:\s*(?:true|false)\s*,?\s*)?\})/gi;

/** True when text holds matched secrets as JSON. In JSON text their names count in any case, and also where letters of them are escapes. */
export function holdsSecrets(text: string): boolean {
  if (text.length <= SHORTEST_SECRET) return false;
  if (beginsLikeJson(text)) return namesSecrets(withLetters(text));
  return !looksLikeGuid(text) && text.includes(COMMON_PART) && namesSecrets(text);
}

/** True for text with hyphens where a GUID has them, between which neither name has a place. More than a third of the texts long enough to hold one are GUIDs. */
function looksLikeGuid(text: string): boolean {
  return text.length === 36 && text.charCodeAt(13) === 0x2d && text.charCodeAt(23) === 0x2d;
}

function namesSecrets(text: string): boolean {
  if (!SECRET_NAME.test(text)) return false;
  return SECRET_NAME.test(text.replaceAll("\\", "").replaceAll(EMPTY_VALUES, "").replaceAll(EMPTY_DETECTIONS, ""));
}

/** True for text that begins like a JSON object, a list, or a string of JSON with JSON text in it. */
function beginsLikeJson(text: string): boolean {
  const code = firstCode(text);
  return code === 0x7b || code === 0x5b || code === 0x22;
}

/** Letters as `\uXXXX`, and what such an escape is made of. Inside nested strings there are more backslashes before it. */
const ESCAPED = /\\u00(5c|[46][1-9a-f]|[57][0-9a])/gi;
/** Each level of JSON in JSON can spell the escapes of the one above as escapes. More than three levels have not been seen. */
const LEVELS = 8;

/** Text whose letters are written as themselves, however deep inside strings they are; without backslashes when there were escapes. */
function withLetters(text: string): string {
  if (!text.includes("\\u00")) return text;
  let plain = text;
  for (let level = 0; level < LEVELS; level += 1) {
    const before = plain;
    plain = before.replaceAll(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (plain === before) break;
  }
  return plain.replaceAll("\\", "");
}

/** True when a record, or the text of one that could not be parsed, holds matched secrets anywhere. */
export function hasSecrets(record: JsonObject | null, text: string): boolean {
  return holdsSecrets(text) || (record !== null && hasSecretKey(record));
}

/** Walks without recursion: the record can be as deep as JSON allows. Escaped keys (`\u0044etectedValues`) and the names of pairs show only here. */
function hasSecretKey(record: JsonObject): boolean {
  const pending: (JsonValue | undefined)[] = [record];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string" && (holdsSecrets(value) || isSecretKey(value))) return true;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      if (isSecretKey(key) && !isEmptied(member)) return true;
      pending.push(member);
    }
  }
  return false;
}

/** True for what a receiver that drops the values leaves under their names. */
function isEmptied(member: JsonValue | undefined): boolean {
  if (typeof member !== "object") return false;
  if (member === null || Array.isArray(member)) return member === null || member.length === 0;
  return Object.values(member).every(
    (value) => typeof value === "boolean" || (Array.isArray(value) && value.length === 0),
  );
}
