import type { JsonObject, JsonValue } from "../../collector/record.ts";

/** Members that hold the secrets a data loss prevention rule matched. In lower case. */
const SECRET_KEYS: readonly string[] = ["detectedvalues", "sensitiveinformationdetections"];
const DETECTED_VALUES = "DetectedValues";
const DETECTIONS = "SensitiveInformationDetections";
const SHORTEST_SECRET = DETECTED_VALUES.length;
/** Both names hold it; one search tells nearly every text apart. */
const COMMON_PART = "Detect";

/** True for the name of a member or pair that holds matched secrets. */
export function isSecretKey(key: string): boolean {
  const length = key.length;
  if (length !== 14 && length !== 30) return false;
  return SECRET_KEYS.includes(key.toLowerCase());
}

/**
 * What a receiver that drops the values leaves: the names without them, also in JSON inside strings. Whatever else stands
 * there counts as a secret.
 */
const EMPTY_VALUES = /\\{0,7}"DetectedValues\\{0,7}"\s*:\s*(?:\[\s*\]|null)\s*,?/g;
const EMPTY_DETECTIONS =
  /\\{0,7}"SensitiveInformationDetections\\{0,7}"\s*:\s*(?:null|\{\s*(?:\\{0,7}"ResultsTruncated\\{0,7}"\s*:\s*(?:true|false)\s*,?\s*)?\})/g;

/** True when text holds matched secrets as JSON. */
export function holdsSecrets(text: string): boolean {
  if (text.length <= SHORTEST_SECRET || !text.includes(COMMON_PART)) return false;
  return namesSecrets(text) && namesSecrets(text.replace(EMPTY_VALUES, "").replace(EMPTY_DETECTIONS, ""));
}

function namesSecrets(text: string): boolean {
  return text.includes(DETECTED_VALUES) || text.includes(DETECTIONS);
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
