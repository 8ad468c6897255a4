import { isJsonObject, type JsonObject, type JsonValue } from "../../collector/record.ts";
import { parseInner } from "./inner-json.ts";

/** The name of a pair: `{Name, Value}` in most workloads, `{Key, Value}` in Teams, either in lower case in JSON text. Undefined when the element is no pair. */
export function pairName(element: JsonValue | undefined): string | undefined {
  if (!isJsonObject(element)) return undefined;
  const name = element["Name"] ?? element["Key"] ?? element["name"] ?? element["key"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** The value of a pair; for a change (`{Name, NewValue, OldValue}`) the change itself. */
export function valueOfPair(pair: JsonObject): JsonValue | undefined {
  const value = pair["Value"] ?? pair["value"];
  if (value !== undefined) return value;
  return "NewValue" in pair || "OldValue" in pair ? pair : undefined;
}

/** True for two spellings of one name: services do not agree on the case (`UserAgent`, `userAgent`). */
function sameName(left: string | undefined, right: string): boolean {
  if (left === undefined || left.length !== right.length) return false;
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/**
 * The value that a list of pairs has for a name. Reads every shape that records use: an array of Name/Value or
 * Key/Value, one such pair without the array, an object with the names as keys, and JSON text of any of these.
 * Of repeated names the first counts.
 */
export function pairValue(list: JsonValue | undefined, name: string): JsonValue | undefined {
  return pairValueOf(typeof list === "string" ? parseInner(list) : list, name);
}

export function pairValueOf(list: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(list)) return arrayValue(list, name);
  if (!isJsonObject(list)) return undefined;
  if (sameName(pairName(list), name)) return valueOfPair(list);
  return Object.hasOwn(list, name) ? list[name] : undefined;
}

function arrayValue(list: readonly JsonValue[], name: string): JsonValue | undefined {
  for (const element of list) {
    if (isJsonObject(element) && sameName(pairName(element), name)) return valueOfPair(element);
  }
  return undefined;
}

/**
 * `pairs`: Name/Value or Key/Value. `changes`: Name with NewValue or OldValue. Undefined: a list of something else, such as
 * objects that have nothing but a name.
 */
export function listShape(list: readonly JsonValue[]): "pairs" | "changes" | undefined {
  const [first] = list;
  if (typeof first !== "object" || first === null || pairName(first) === undefined) return undefined;
  let pairs = true;
  let changes = true;
  let valued = false;
  for (const element of list) {
    if (!isJsonObject(element)) return undefined;
    let named = false;
    for (const key in element) {
      switch (key) {
        case "Name":
        case "name":
          named = true;
          break;
        case "Key":
        case "key":
          named = true;
          changes = false;
          break;
        case "Value":
        case "value":
          valued = true;
          changes = false;
          break;
        case "NewValue":
        case "OldValue":
          valued = true;
          pairs = false;
          break;
        default:
          return undefined;
      }
    }
    if (!named || (!pairs && !changes) || pairName(element) === undefined) return undefined;
  }
  if (!valued) return undefined;
  return pairs ? "pairs" : "changes";
}
