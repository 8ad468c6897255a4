import type { JsonValue } from "../../../collector/record.ts";
import { applicationName } from "../applications.ts";
import { nameText, plainText } from "./text.ts";

/** Rule: a user agent. Dynamics writes a user's GUID into the field of that name. */
export function userAgent(value: JsonValue): string | undefined {
  return typeof value === "string" ? nameText(value) : undefined;
}

/** Rule: an application by name: that of a well-known id, or the text itself. */
export function application(value: JsonValue): string | undefined {
  const found = plainText(value);
  return found === undefined ? undefined : (applicationName(found) ?? found);
}

/** Rule: the name of a well-known application id; nothing for other ids. */
export function knownApplication(value: JsonValue): string | undefined {
  return typeof value === "string" ? applicationName(value) : undefined;
}

/** Rule: the name of a browser; `Other` is none. */
export function browser(value: JsonValue): string | undefined {
  const found = plainText(value);
  return found?.toLowerCase() === "other" ? undefined : found;
}
