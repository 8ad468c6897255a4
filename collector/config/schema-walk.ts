import { z } from "zod";
import type { ConfigPath } from "./problem.ts";

type Schema = z.core.$ZodType;
type Scalar = string | number | boolean | null;

/**
 * The schemas that a YAML value at this place is compared with, wrappers (optional, default, transform) taken off and
 * unions laid side by side. Always the input side: what stands in the file.
 */
export function alternatives(schema: Schema): readonly Schema[] {
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(alternatives);
  if (schema instanceof z.core.$ZodIntersection) {
    return [...alternatives(schema._zod.def.left), ...alternatives(schema._zod.def.right)];
  }
  const inner = unwrap(schema);
  if (inner === undefined) return [schema];
  // It stands for null beside what it wraps.
  return schema instanceof z.core.$ZodNullable ? [...alternatives(inner), schema] : alternatives(inner);
}

function unwrap(schema: Schema): Schema | undefined {
  if (schema instanceof z.core.$ZodPipe) {
    const { in: input, out } = schema._zod.def;
    return input instanceof z.core.$ZodTransform ? out : input;
  }
  // Not its getter: that may make another schema on each call, and a recursive one would never end.
  if (schema instanceof z.core.$ZodLazy) return schema._zod.innerType;
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodNullable ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNonOptional ||
    schema instanceof z.core.$ZodReadonly ||
    schema instanceof z.core.$ZodCatch
  ) {
    return schema._zod.def.innerType;
  }
  return undefined;
}

/** The schemas below one key or index, still wrapped. Empty for an unknown key. */
export function childSchemas(schemas: readonly Schema[], key: string | number): readonly Schema[] {
  return schemas.flatMap(alternatives).flatMap((schema) => {
    if (schema instanceof z.core.$ZodObject) {
      const { shape, catchall } = schema._zod.def;
      const child = Object.hasOwn(shape, key) ? shape[key] : catchall;
      return child === undefined || child instanceof z.core.$ZodNever ? [] : [child];
    }
    if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.valueType];
    if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element];
    if (schema instanceof z.core.$ZodTuple) {
      const child = schema._zod.def.items[Number(key)] ?? schema._zod.def.rest;
      return child === undefined || child === null ? [] : [child];
    }
    return [];
  });
}

/** The schemas at a path below `schema`. */
export function schemasAt(schema: Schema, path: ConfigPath): readonly Schema[] {
  let current: readonly Schema[] = [schema];
  for (const key of path) current = childSchemas(current, key);
  return current;
}

/** All keys that the mappings at this place know, without repetition, and without those that are there only to be refused. */
export function knownKeys(schemas: readonly Schema[]): readonly string[] {
  const keys = schemas
    .flatMap(alternatives)
    .flatMap((schema) => (schema instanceof z.core.$ZodObject ? Object.entries(schema._zod.def.shape) : []));
  return [...new Set(keys.flatMap(([key, schema]) => (isImpossible(schema) ? [] : [key])))];
}

// JSON Schema's word for a value that nothing fits.
function isImpossible(schema: Schema): boolean {
  return alternatives(schema).every(
    (inner) => inner instanceof z.core.$ZodNever || z.globalRegistry.get(inner)?.["not"] !== undefined,
  );
}

/** Whether a text is accepted here, so that a substituted value keeps its text. */
export function acceptsText(schemas: readonly Schema[]): boolean {
  return schemas.flatMap(alternatives).some((schema) => {
    if (schema instanceof z.core.$ZodString || schema instanceof z.core.$ZodTemplateLiteral) return true;
    return fixedValues(schema)?.some((value) => typeof value === "string") ?? isOpen(schema);
  });
}

/** Whether this very number, boolean or null is of a type that is asked for here. */
export function acceptsTyped(schemas: readonly Schema[], value: Scalar): boolean {
  return schemas.flatMap(alternatives).some((schema) => {
    if (typeof value === "number" && schema instanceof z.core.$ZodNumber) return true;
    if (typeof value === "boolean" && schema instanceof z.core.$ZodBoolean) return true;
    if (value === null && isNull(schema)) return true;
    return fixedValues(schema)?.includes(value) ?? isOpen(schema);
  });
}

/** Whether nothing but mappings is accepted here. */
export function wantsMapping(schemas: readonly Schema[]): boolean {
  const all = schemas.flatMap(alternatives);
  return (
    all.length > 0 && all.every((schema) => schema instanceof z.core.$ZodObject || schema instanceof z.core.$ZodRecord)
  );
}

function fixedValues(schema: Schema): readonly unknown[] | undefined {
  if (schema instanceof z.core.$ZodEnum) return Object.values(schema._zod.def.entries);
  if (schema instanceof z.core.$ZodLiteral) return schema._zod.def.values;
  return undefined;
}

function isNull(schema: Schema): boolean {
  return schema instanceof z.core.$ZodNull || schema instanceof z.core.$ZodNullable;
}

function isOpen(schema: Schema): boolean {
  return (
    schema instanceof z.core.$ZodAny || schema instanceof z.core.$ZodUnknown || schema instanceof z.core.$ZodCustom
  );
}

/** Whether a value at this place is a secret, or may hold one further down: `secret()` marks its schema with `writeOnly`. */
export function holdsSecret(schemas: readonly Schema[], seen: Set<Schema> = new Set()): boolean {
  return schemas.flatMap(alternatives).some((schema) => {
    if (seen.has(schema)) return false;
    seen.add(schema);
    if (z.globalRegistry.get(schema)?.["writeOnly"] === true) return true;
    return holdsSecret(parts(schema), seen);
  });
}

function parts(schema: Schema): readonly Schema[] {
  if (schema instanceof z.core.$ZodObject) {
    const { shape, catchall } = schema._zod.def;
    return [...Object.values(shape), ...(catchall === undefined ? [] : [catchall])];
  }
  if (schema instanceof z.core.$ZodTuple) return schema._zod.def.items;
  return childSchemas([schema], 0);
}

/** The description of a key, from wherever in its chain of wrappers it was given. */
export function descriptionOf(schemas: readonly Schema[]): string | undefined {
  for (const start of schemas) {
    for (let schema: Schema | undefined = start; schema !== undefined; schema = unwrap(schema)) {
      const description = z.globalRegistry.get(schema)?.description;
      if (description !== undefined) return description;
    }
  }
  return undefined;
}
