import { isJsonObject, type JsonObject, type JsonValue } from "../../collector/record.ts";
import { changeOf, listShape, pairName } from "./pairs.ts";
import { isExact } from "./rules/text.ts";
import { holdsSecrets, isSecretKey } from "./secrets.ts";

/** Deepest nesting seen is 8. What lies deeper is left out: exporters recurse, and a stack has an end. */
const MAX_DEPTH = 24;

/**
 * A value as it goes into an attribute: structured as it is, with nulls, empty texts, empty lists, empty objects and
 * inexact numbers left out, secrets of data loss prevention dropped, and lists of pairs turned into objects (a
 * repeated name gives a list). Undefined when nothing is left. Returns the value itself when there was nothing to change.
 */
export function structured(value: JsonValue | undefined, depth = 0): unknown {
  switch (typeof value) {
    case "string":
      return value === "" || holdsSecrets(value) ? undefined : value;
    case "number":
      return isExact(value) ? value : undefined;
    case "boolean":
      return value;
    case "object":
      if (value === null || depth >= MAX_DEPTH) return undefined;
      return isJsonObject(value) ? structuredObject(value, depth) : structuredList(value, depth);
    default:
      return undefined;
  }
}

function structuredObject(value: JsonObject, depth: number): unknown {
  let copy: Record<string, unknown> | undefined;
  let kept = 0;
  for (const key in value) {
    const before = value[key];
    const after = isSecretKey(key) ? undefined : structured(before, depth + 1);
    // A change that was made here has members without a value.
    if (after !== before || after === undefined) copy ??= copyUpTo(value, key);
    if (after === undefined) continue;
    kept += 1;
    if (copy !== undefined) put(copy, key, after);
  }
  if (kept === 0) return undefined;
  return copy ?? value;
}

/** The members before `stop`, all of which stayed as they were. */
function copyUpTo(value: JsonObject, stop: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === stop) break;
    put(copy, key, value[key]);
  }
  return copy;
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
  const shape = listShape(value);
  if (shape !== undefined) return pairsToObject(value, shape, depth);
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

function pairsToObject(list: readonly JsonValue[], shape: "pairs" | "changes", depth: number): unknown {
  const result: Record<string, unknown> = {};
  let kept = 0;
  let lists: Set<string> | undefined;
  for (const element of list) {
    const name = pairName(element);
    if (name === undefined || !isJsonObject(element) || isSecretKey(name)) continue;
    const value = structured(shape === "pairs" ? (element["Value"] ?? element["value"]) : changeOf(element), depth + 1);
    if (value === undefined) continue;
    kept += 1;
    if (!Object.hasOwn(result, name)) {
      put(result, name, value);
    } else {
      lists ??= new Set();
      append(result, name, value, lists);
    }
  }
  return kept === 0 ? undefined : result;
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
