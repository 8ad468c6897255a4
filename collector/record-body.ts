import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { auditRecord, type AuditLogRecord } from "./record.ts";

/** The structured body of a record. Read-only: what is changed is a new object, all the way up. */
export interface OpenBody {
  readonly tree: Branch;
  /** The body that holds a changed tree: JSON text where it was JSON text. */
  close(tree: unknown): ReadableLogRecord["body"];
}

/** An object or a list. */
export type Branch = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Numbers whose text is not what JavaScript would write for their value: more digits than it keeps, fractions, exponents,
 * minus zero. May find some in strings too, which costs time only.
 */
const INEXACT = /[[:,]\s*-?(?:\d{16}|\d+[.eE]|0\b(?<=-0))/;

/** Opens a body that is JSON text of an object or a list, or such a value itself. Undefined for other text and for no body. */
export function openBody(record: AuditLogRecord): OpenBody | undefined {
  const { body } = record;
  if (typeof body === "string") {
    const tree = parseExactly(body, record[auditRecord]);
    return isBranch(tree) ? { tree, close: (changed) => JSON.stringify(changed) } : undefined;
  }
  return isBranch(body) ? { tree: body, close: (changed) => changed } : undefined;
}

/** Whether a value has values below it. */
export function isBranch(value: unknown): value is Branch {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && !isRaw(value);
}

/** The value at a path of keys; undefined where there is none. Positions in lists are no keys. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let value = tree;
  for (const key of path) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/**
 * A copy of the tree with another value at a path, what is missing on the way made; undefined takes the key away. The
 * tree itself when there is nothing to take away. Undefined when the way leads through something that holds no keys.
 */
export function withValueAt(tree: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (tree !== undefined && !isMapping(tree)) return undefined;
  const former = tree !== undefined && Object.hasOwn(tree, key) ? tree[key] : undefined;
  if (value === undefined && former === undefined) return tree;
  const child = withValueAt(former, rest, value);
  if (child === undefined && rest.length > 0) return undefined;
  if (child === former) return tree;
  if (child !== undefined) return { ...tree, [key]: child };
  const { [key]: _gone, ...others } = tree ?? {};
  return others;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return isBranch(value) && !Array.isArray(value);
}

/** The text of a single value: a string itself, others as in JSON. Undefined for nothing, bytes, and what has values below it. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return isRaw(value) ? JSON.stringify(value) : undefined;
}

/**
 * A record with another body; undefined takes the body away. What was parsed of the former one does not travel on:
 * whoever asks for it must see what this body holds.
 */
export function withBody(record: AuditLogRecord, body: ReadableLogRecord["body"]): ReadableLogRecord {
  const { [auditRecord]: _parsed, body: _former, ...rest } = record;
  if (body !== undefined) return { ...rest, body };
  const bare: AuditLogRecord = { ...rest, [auditRecord]: null };
  return bare;
}

function parseExactly(text: string, parsed: unknown): unknown {
  const exact = !INEXACT.test(text);
  if (exact && isBranch(parsed)) return parsed;
  try {
    const tree: unknown = exact ? JSON.parse(text) : JSON.parse(text, keepNumber);
    return tree;
  } catch {
    return undefined;
  }
}

/** Keeps the text of a number that would be written differently. */
function keepNumber(_key: string, value: unknown, ...rest: readonly unknown[]): unknown {
  const [context] = rest;
  if (typeof value !== "number" || typeof context !== "object" || context === null) return value;
  const source: unknown = Reflect.get(context, "source");
  return typeof source !== "string" || source === JSON.stringify(value) ? value : rawJson(source);
}

// TypeScript does not know these two yet; Node.js has had them since 21.
const make: unknown = Reflect.get(JSON, "rawJSON");
const recognize: unknown = Reflect.get(JSON, "isRawJSON");

function rawJson(source: string): unknown {
  return typeof make === "function" ? Reflect.apply(make, JSON, [source]) : Number(source);
}

function isRaw(value: unknown): boolean {
  return typeof recognize === "function" && Reflect.apply(recognize, JSON, [value]) === true;
}
