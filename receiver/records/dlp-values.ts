import { parseObject, type JsonObject } from "../../collector/record.ts";
import { keyPattern, mayHold, withoutKey } from "./cut-json-key.ts";

/**
 * The key whose value holds the text that a data loss prevention rule matched, with its surroundings: card numbers,
 * passwords, health data.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#sensitiveinformationdetections-complex-type (read 2026-11-22)
 */
const DETECTED_VALUES = keyPattern("DetectedValues");

/** A record whose matched values were cut out. */
export interface RedactedRecord {
  readonly text: string;
  /** What `text` holds; `null` when that is no JSON object. */
  readonly parsed: JsonObject | null;
}

/**
 * Cuts the matched values out of a record: the value of every `DetectedValues` key, at any depth, also in JSON inside
 * strings, becomes `[]`. The rest of the text keeps every byte (a string with JSON inside is written anew). Text that is
 * no JSON loses everything from the key on.
 *
 * @returns undefined when there was nothing to cut; finding that out costs two substring searches.
 */
export function dropDetectedValues(text: string): RedactedRecord | undefined {
  if (!mayHold(text, DETECTED_VALUES)) return undefined;
  const cut = withoutKey(text, DETECTED_VALUES);
  return cut === undefined ? undefined : { text: cut, parsed: parseObject(cut) };
}
