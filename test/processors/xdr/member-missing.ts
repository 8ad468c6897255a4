import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonValue } from "../../../collector/record.ts";

/** What an attribute lacks of the value that is expected of it, one line each. An object may have more members than are expected. */
export function memberMissing(name: string, expected: JsonValue | undefined, found: unknown): string[] {
  if (isJsonObject(expected) && typeof found === "object" && found !== null && !Array.isArray(found)) {
    const members = new Map<string, unknown>(Object.entries(found));
    return Object.entries(expected).flatMap(([key, value]) =>
      memberMissing(`${name} / ${key}`, value, members.get(key)),
    );
  }
  if (isDeepStrictEqual(expected, found)) return [];
  return [`${name} is ${JSON.stringify(found) ?? "absent"}, not ${JSON.stringify(expected)}`];
}
