/**
 * What CEL sees where there is nothing: an attribute that is absent, null, or below something that is absent. It equals
 * null, and reaching into it gives itself, so that `body.Actor.ID == "x"` is false rather than an error on a record without `Actor`.
 */
export class Absent extends Map<unknown, unknown> {
  override get(): this {
    return this;
  }
}

export const ABSENT: Absent = new Absent();

/** An object as CEL sees it, without a copy: values are converted when they are asked for. */
class ObjectView extends Map<unknown, unknown> {
  readonly source: object;
  #keys: readonly string[] | undefined;

  static {
    // CEL tells types by constructor and knows Map.
    Object.defineProperty(this.prototype, "constructor", { value: Map });
  }

  constructor(source: object) {
    super();
    this.source = source;
  }

  override get(key: unknown): unknown {
    if (typeof key !== "string" || !Object.hasOwn(this.source, key)) return ABSENT;
    const value: unknown = Reflect.get(this.source, key);
    return toCel(value);
  }

  override has(key: unknown): boolean {
    return typeof key === "string" && Object.hasOwn(this.source, key);
  }

  override get size(): number {
    return this.#names().length;
  }

  override keys(): MapIterator<string> {
    return this.#names().values();
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of this.#names()) yield [key, this.get(key)];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  #names(): readonly string[] {
    return (this.#keys ??= Object.keys(this.source));
  }
}

/** The view of an object's fields that CEL works with. */
export function viewOf(source: object): ReadonlyMap<unknown, unknown> {
  return new ObjectView(source);
}

/** A value of a record as CEL sees it: whole numbers are `int`, other numbers `double`, objects maps, nothing `ABSENT`. */
export function toCel(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return value;
    case "number":
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case "object":
      if (value === null) return ABSENT;
      if (Array.isArray(value)) return value.map(toCel);
      return value instanceof Uint8Array ? new Uint8Array(value) : viewOf(value);
    default:
      return ABSENT;
  }
}

/** What can stand in a record. */
export type PlainValue = string | number | boolean | Uint8Array | readonly PlainValue[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: PlainValue;
}

/**
 * A result of CEL as it goes into a record; undefined for nothing. A whole number beyond 2^53 becomes text, which is how
 * OTLP writes it in JSON; times and durations become text as well.
 */
export function fromCel(value: unknown): PlainValue | undefined {
  if (value === null || value === undefined || value instanceof Absent) return undefined;
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return wholeNumber(value);
    case "object":
      return fromObject(value);
    default:
      return undefined;
  }
}

function fromObject(value: object): PlainValue {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(fromCel).filter((item) => item !== undefined);
  if (value instanceof ObjectView) return plainObject(Object.entries(value.source).map(([k, v]) => [k, toCel(v)]));
  if (isMap(value)) return plainObject([...value].map(([k, v]) => [textOf(k), v]));
  if (Object.getPrototypeOf(value) === Object.prototype) return plainObject(Object.entries(value));
  // Unsigned integers have a number, durations and types a text.
  const inner: unknown = value.valueOf();
  return typeof inner === "bigint" ? wholeNumber(inner) : textOf(value);
}

function isMap(value: object): value is Map<string | bigint | boolean, unknown> {
  return value instanceof Map;
}

/** Keys of maps, and values whose class has a text of its own. */
function textOf(value: { toString(): string }): string {
  return value.toString();
}

function plainObject(entries: readonly (readonly [string, unknown])[]): PlainObject {
  const plain: Record<string, PlainValue> = {};
  for (const [key, value] of entries) {
    const converted = fromCel(value);
    if (converted !== undefined) plain[key] = converted;
  }
  return plain;
}

function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
