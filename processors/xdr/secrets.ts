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

/** True when text holds matched secrets as JSON. */
export function holdsSecrets(text: string): boolean {
  if (text.length <= SHORTEST_SECRET || !text.includes(COMMON_PART)) return false;
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
      if (isSecretKey(key)) return true;
      pending.push(member);
    }
  }
  return false;
}
