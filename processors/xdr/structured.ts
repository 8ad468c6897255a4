import { isJsonObject, type JsonObject, type JsonValue } from "../../collector/record.ts";
import { objectOf } from "./object-of.ts";
import { type Pairs, pairsOf } from "./pairs.ts";
import { isExact } from "./rules/text.ts";
import { holdsSecrets, isSecretKey, isSecretName } from "./secrets.ts";

/** Deepest nesting seen is 8. What lies deeper is left out: exporters recurse, and a stack has an end. */
const MAX_DEPTH = 24;

/**
 * A value as it goes into an attribute: structured as it is, with nulls, empty texts, empty lists, empty objects and
 * inexact numbers left out, secrets of data loss prevention dropped, and lists of pairs turned into objects (a
 * repeated name gives a list). Undefined when nothing is left. Returns the value itself when there was nothing to change.
 */
export function structured(value: JsonValue | undefined, depth = 0): unknown {
  if (typeof value === "string") return value === "" || holdsSecrets(value) ? undefined : value;
  if (typeof value === "object") {
    if (value === null || depth >= MAX_DEPTH) return undefined;
    return Array.isArray(value)
      ? structuredList(value, depth)
      : isJsonObject(value)
        ? structuredObject(value, depth)
        : undefined;
  }
  if (typeof value === "number") return isExact(value) ? value : undefined;
  return value;
}

function structuredObject(value: JsonObject, depth: number): unknown {
  let names: string[] | undefined;
  let values: unknown[] | undefined;
  let kept = 0;
  for (const key in value) {
    const before = value[key];
    // One pair without its list, or one with more members than a pair has.
    if (typeof before === "string" && isSecretName(before)) return undefined;
    const after = isSecretKey(key) ? undefined : structured(before, depth + 1);
    // A change that was made here has members without a value.
    if (names === undefined && (after !== before || after === undefined)) {
      names = firstNames(value, kept);
      values = names.map((name) => value[name]);
    }
    if (after === undefined) continue;
    kept += 1;
    names?.push(key);
    values?.push(after);
  }
  if (kept === 0) return undefined;
  if (names === undefined || values === undefined) return value;
  return objectOf(names, values, kept) ?? objectOfMany(names, values, kept);
}

function firstNames(value: JsonObject, count: number): string[] {
  const names: string[] = [];
  for (const key in value) {
    if (names.length === count) break;
    names.push(key);
  }
  return names;
}

/** Sets a member. A record can hold the key `__proto__`, which must not become the prototype. */
function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

function structuredList(value: readonly JsonValue[], depth: number): unknown {
  const pairs = pairsOf(value);
  if (pairs !== undefined) return pairsToObject(pairs, depth);
  let copy: unknown[] | undefined;
  for (let i = 0; i < value.length; i += 1) {
    const before = value[i];
    const after = structured(before, depth + 1);
    if (after !== before) copy ??= value.slice(0, i);
    if (after !== undefined) copy?.push(after);
  }
  const result = copy ?? value;
  return result.length === 0 ? undefined : result;
}

function pairsToObject({ names, values, changes }: Pairs, depth: number): unknown {
  const kept: unknown[] = values;
  let count = 0;
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] ?? "";
    if (isSecretKey(name)) continue;
    const value = changes ? change(values[i], depth + 1) : structured(values[i], depth + 1);
    if (value === undefined) continue;
    names[count] = name;
    kept[count] = value;
    count += 1;
  }
  if (count === 0) return undefined;
  return objectOf(names, kept, count) ?? objectOfMany(names, kept, count);
}

/** A change without its name. */
function change(element: JsonValue | undefined, depth: number): unknown {
  if (depth >= MAX_DEPTH || !isJsonObject(element)) return undefined;
  const after = structured(element["NewValue"], depth + 1);
  const before = structured(element["OldValue"], depth + 1);
  if (before === undefined) return after === undefined ? undefined : { NewValue: after };
  return after === undefined ? { OldValue: before } : { NewValue: after, OldValue: before };
}

/** @param count How many of the names and values count. */
function objectOfMany(names: readonly string[], values: readonly unknown[], count: number): unknown {
  const result: Record<string, unknown> = {};
  const lists = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const name = names[index] ?? "";
    if (Object.hasOwn(result, name)) append(result, name, values[index], lists);
    else put(result, name, values[index]);
  }
  return result;
}

/** A name that comes again: what it had becomes a list. `lists` holds the names for which that has happened. */
function append(result: Record<string, unknown>, name: string, value: unknown, lists: Set<string>): void {
  const before = result[name];
  if (lists.has(name) && Array.isArray(before)) {
    before.push(value);
    return;
  }
  lists.add(name);
  put(result, name, [before, value]);
}

/** Rule: the value with its structure. */
export function structure(value: JsonValue): unknown {
  return structured(value);
}
