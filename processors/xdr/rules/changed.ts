import { isJsonObject, type JsonValue } from "../../../collector/record.ts";
import { plainText } from "./text.ts";
import { objectId, upn } from "./who.ts";

/** What a property is now, else what it was. One look for the property serves both: lists of changes are long. */
function nowElseBefore(value: JsonValue, read: (value: JsonValue) => string | undefined): string | undefined {
  return isJsonObject(value) ? (read(value["NewValue"] ?? null) ?? read(value["OldValue"] ?? null)) : read(value);
}

/** Rule: the text of a property that was changed: the new one, else the old one. */
export function changedText(value: JsonValue): string | undefined {
  return nowElseBefore(value, plainText);
}

/** Rule: as `changedText`, an object id. */
export function changedObjectId(value: JsonValue): string | undefined {
  return nowElseBefore(value, objectId);
}

/** Rule: as `changedText`, a user principal name. */
export function changedUpn(value: JsonValue): string | undefined {
  return nowElseBefore(value, upn);
}
