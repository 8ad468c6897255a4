import { isJsonObject, type JsonObject, type JsonValue } from "../../collector/record.ts";
import { parseInner } from "./inner-json.ts";

/** The name of a pair: `{Name, Value}` in most workloads, `{Key, Value}` in Teams. Undefined when the element is no pair. */
export function pairName(element: JsonValue | undefined): string | undefined {
  if (!isJsonObject(element)) return undefined;
  const name = element["Name"];
  if (typeof name === "string") return name === "" ? undefined : name;
  const key = element["Key"];
  return typeof key === "string" && key !== "" ? key : undefined;
}

/**
 * The value that a list of pairs has for a name. Reads every shape that records use: an array of Name/Value or
 * Key/Value, one such pair without the array, an object with the names as keys, and JSON text of any of these.
 * Of repeated names the first counts.
 */
export function pairValue(list: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof list === "string") return list.includes(name) ? pairValueOf(parseInner(list), name) : undefined;
  return pairValueOf(list, name);
}

function pairValueOf(list: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(list)) return arrayValue(list, name);
  if (!isJsonObject(list)) return undefined;
  if (pairName(list) === name) return list["Value"];
  return Object.hasOwn(list, name) ? list[name] : undefined;
}

function arrayValue(list: readonly JsonValue[], name: string): JsonValue | undefined {
  for (const element of list) {
    if (pairName(element) === name && isJsonObject(element)) return element["Value"];
  }
  return undefined;
}

/** `pairs`: Name/Value or Key/Value. `changes`: Name with NewValue or OldValue. Undefined: a list of something else. */
export function listShape(list: readonly JsonValue[]): "pairs" | "changes" | undefined {
  let pairs = true;
  let changes = true;
  for (const element of list) {
    if (pairName(element) === undefined || !isJsonObject(element)) return undefined;
    for (const key in element) {
      if (key === "Name") continue;
      pairs &&= key === "Value" || key === "Key";
      changes &&= key === "NewValue" || key === "OldValue";
    }
    if (!pairs && !changes) return undefined;
  }
  if (list.length === 0) return undefined;
  return pairs ? "pairs" : "changes";
}

/** The members of a change, without its name. */
export function changeOf(element: JsonObject): JsonObject {
  return { NewValue: element["NewValue"], OldValue: element["OldValue"] };
}
