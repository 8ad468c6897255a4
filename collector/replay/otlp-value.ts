import type { Attributes, AnyValue, HrTime } from "@opentelemetry/api";
import { isJsonObject, type JsonObject, type JsonValue } from "../record.ts";

/** The text is no OTLP JSON that could be taken over without losing any of it. Message: where, and what was seen. */
export class OtlpJsonError extends Error {
  /** @param path For example `resourceLogs[0].resource`. */
  constructor(path: string, wanted: string, seen: JsonValue | undefined) {
    const text = seen === undefined ? "nothing" : JSON.stringify(seen);
    super(`${path} must be ${wanted}, not ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`);
    this.name = "OtlpJsonError";
  }
}

const NANOS_PER_SECOND = 1_000_000_000n;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const NOT_FINITE = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/** An object that has no other members than `members`: whatever they meant would be lost. */
export function objectOf(value: JsonValue | undefined, path: string, members: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new OtlpJsonError(path, "an object", value);
  const unknown = Object.keys(value).find((key) => !members.includes(key));
  if (unknown !== undefined) {
    throw new OtlpJsonError(path, `an object of ${members.join(", ")}`, { [unknown]: value[unknown] });
  }
  return value;
}

/** An array; absent is empty. */
export function arrayOf(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OtlpJsonError(path, "an array", value);
  return value;
}

export function optionalText(value: JsonValue | undefined, path: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new OtlpJsonError(path, "text", value);
}

/** A whole number from 0 on. */
export function optionalCount(value: JsonValue | undefined, path: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new OtlpJsonError(path, "a whole number", value);
}

/** Nanoseconds since the epoch, as text or number; absent is the epoch. */
export function hrTimeOf(value: JsonValue | undefined, path: string): HrTime {
  if (value === undefined) return [0, 0];
  const nanos = integerOf(value);
  if (nanos === undefined) throw new OtlpJsonError(path, "nanoseconds as text", value);
  // Rounds down, so that the nanoseconds are never negative.
  const rest = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  return [Number((nanos - rest) / NANOS_PER_SECOND), Number(rest)];
}

/** A list of keys and values, as the object that the SDK has for it. */
export function attributesOf(value: JsonValue | undefined, path: string): Attributes {
  const keys = new Set<string>();
  const entries = arrayOf(value, path).map((item, index): [string, AnyValue] => {
    const at = `${path}[${index}]`;
    const { key, value: content } = objectOf(item, at, ["key", "value"]);
    if (typeof key !== "string" || keys.has(key)) throw new OtlpJsonError(`${at}.key`, "text, and used once", key);
    keys.add(key);
    return [key, anyValueOf(content, `${at}.value`)];
  });
  // Not by assignment: a key may be "__proto__".
  return Object.fromEntries(entries);
}

/** Any value of OTLP; undefined for an empty one. */
export function anyValueOf(value: JsonValue | undefined, path: string): AnyValue {
  if (value === undefined) return undefined;
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const [entry] = entries;
  if (!isJsonObject(value) || entries.length > 1) throw new OtlpJsonError(path, "a value with one member", value);
  if (entry === undefined) return undefined;
  const [kind, content] = entry;
  const at = `${path}.${kind}`;
  switch (kind) {
    case "stringValue":
      return scalar(content, at, "text", typeof content === "string");
    case "boolValue":
      return scalar(content, at, "true or false", typeof content === "boolean");
    case "intValue":
      return int64Of(content, at);
    case "doubleValue":
      return doubleOf(content, at);
    case "bytesValue":
      return bytesOf(content, at);
    case "arrayValue":
      return arrayOf(objectOf(content, at, ["values"])["values"], `${at}.values`).map((item, index) =>
        anyValueOf(item, `${at}.values[${index}]`),
      );
    case "kvlistValue":
      return attributesOf(objectOf(content, at, ["values"])["values"], `${at}.values`);
    default:
      throw new OtlpJsonError(path, "a value of a known kind", value);
  }
}

function scalar(value: JsonValue | undefined, path: string, wanted: string, fits: boolean): JsonValue | undefined {
  if (!fits) throw new OtlpJsonError(path, wanted, value);
  return value;
}

/** A 64-bit integer as text or number. As text it may be one that JavaScript's numbers do not hold: that is refused rather than changed. */
function int64Of(value: JsonValue | undefined, path: string): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  const exact = typeof value === "string" ? integerOf(value) : undefined;
  if (exact === undefined || BigInt(Number(exact)) !== exact) {
    throw new OtlpJsonError(path, "an integer that a double holds exactly", value);
  }
  return Number(exact);
}

/** JSON knows no NaN: the serializer writes null for it, the protocol has words for it. */
function doubleOf(value: JsonValue | undefined, path: string): number {
  if (typeof value === "number") return value;
  const special = value === null ? Number.NaN : NOT_FINITE.get(typeof value === "string" ? value : "");
  if (special === undefined) throw new OtlpJsonError(path, "a number", value);
  return special;
}

function bytesOf(value: JsonValue | undefined, path: string): Uint8Array {
  if (typeof value !== "string" || !BASE64.test(value)) throw new OtlpJsonError(path, "base64", value);
  return Buffer.from(value, "base64");
}

function integerOf(value: JsonValue): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d{1,30}$/.test(value) ? BigInt(value) : undefined;
}
