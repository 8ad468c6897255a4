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

/** What a list of pairs or of changes holds: as many names as values, in the order of the list. Whoever has read it may use the arrays. */
export interface Pairs {
  /** Any may come more than once. */
  readonly names: string[];
  /** Values of pairs; changes as they stand in the list. */
  readonly values: (JsonValue | undefined)[];
  readonly changes: boolean;
}

/** What an element has beside its name, as bits: `Value`, `Key` in the place of `Name`, `NewValue` or `OldValue`. */
const VALUE = 1;
const KEY = 2;
const CHANGE = 4;

/** One element of a list. */
interface Member {
  name: JsonValue | undefined;
  value: JsonValue | undefined;
  has: number;
}

/**
 * Reads a list of pairs (Name/Value or Key/Value) or of changes (Name with NewValue or OldValue). Undefined for a list of something
 * else, such as objects that have nothing but a name. Looks no further than the elements: a value can be deep, and must not be
 * gone through twice because an element behind it is no pair.
 */
export function pairsOf(list: readonly JsonValue[]): Pairs | undefined {
  const { length } = list;
  const member: Member = { name: undefined, value: undefined, has: 0 };
  let names: string[] | undefined;
  let values: (JsonValue | undefined)[] | undefined;
  let has = 0;
  for (let i = 0; i < length; i += 1) {
    const element = list[i];
    if (!isJsonObject(element) || !readMember(element, member)) return undefined;
    const { name, value } = member;
    if (typeof name !== "string" || name === "") return undefined;
    has |= member.has;
    names ??= Array<string>(length);
    names[i] = name;
    if ((has & CHANGE) !== 0) continue;
    values ??= Array<JsonValue | undefined>(length);
    values[i] = value;
  }
  if (names === undefined) return undefined;
  if ((has & CHANGE) !== 0)
    return (has & (VALUE | KEY)) === 0 ? { names, values: list.slice(), changes: true } : undefined;
  return (has & VALUE) !== 0 && values !== undefined ? { names, values, changes: false } : undefined;
}

/** Reads an element; false when it has a member that neither pairs nor changes have. */
function readMember(element: JsonObject, member: Member): boolean {
  let names = 0;
  let values = 0;
  member.has = 0;
  member.name = undefined;
  member.value = undefined;
  for (const key in element) {
    switch (key) {
      case "Key":
      case "key":
        member.has |= KEY;
        names += 1;
        member.name = element[key];
        break;
      case "Name":
      case "name":
        names += 1;
        member.name = element[key];
        break;
      case "Value":
      case "value":
        values += 1;
        member.has |= VALUE;
        member.value = element[key];
        break;
      case "NewValue":
      case "OldValue":
        member.has |= CHANGE;
        break;
      default:
        return false;
    }
  }
  // Of two spellings, the one that services use most.
  if (names > 1) member.name = pairName(element);
  if (values > 1) member.value = element["Value"] ?? element["value"];
  return true;
}
