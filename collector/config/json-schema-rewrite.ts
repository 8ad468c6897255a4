/** A JSON Schema, or any part of one that is an object. */
export type JsonObject = { readonly [key: string]: unknown };

/** A text that holds a substitution: what it stands for is known at start only. */
export const SUBSTITUTION: JsonObject = {
  description: "Substituted when the file is loaded: ${env:NAME}, ${env:NAME:-default} or ${file:PATH}",
  type: "string",
  pattern: String.raw`\$\{[^}]+\}`,
};

const SUBSTITUTION_REF: JsonObject = { $ref: "#/$defs/substitution" };
const ANNOTATIONS = new Set(["title", "description", "default", "examples", "deprecated", "writeOnly"]);
const TEXT_LIMITS = ["pattern", "format", "minLength", "maxLength", "contentEncoding"];
const SCALARS = new Set<unknown>(["number", "integer", "boolean", "null"]);
const BY_NAME = new Set(["properties", "patternProperties", "$defs"]);
const LISTS = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const SINGLE = new Set(["additionalProperties", "items"]);

/** Makes every single value accept a substitution where its own rules would refuse that text. */
export function allowSubstitution(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).map(([key, value]) => [key, rewriteKeyword(key, value)]);
  const rewritten: JsonObject = Object.fromEntries(entries);
  return refusesSubstitution(rewritten) ? withAlternative(rewritten, SUBSTITUTION_REF) : rewritten;
}

function rewriteKeyword(key: string, value: unknown): unknown {
  if (LISTS.has(key) && Array.isArray(value)) return value.map(rewriteSchema);
  if (SINGLE.has(key)) return rewriteSchema(value);
  if (!BY_NAME.has(key) || !isObject(value)) return value;
  const rewritten = Object.entries(value).map(([name, schema]) => [name, rewriteSchema(schema)] as const);
  if (key !== "properties") return Object.fromEntries(rewritten);
  return Object.fromEntries(
    rewritten.map(([name, schema]) => [name, isOptionalMapping(schema) ? orEmpty(schema) : schema]),
  );
}

function isOptionalMapping(schema: unknown): schema is JsonObject {
  return isObject(schema) && schema["type"] === "object" && !("required" in schema);
}

/** A key with nothing after it means its defaults. */
export function orEmpty(schema: JsonObject): JsonObject {
  return withAlternative(schema, { type: "null" });
}

function rewriteSchema(schema: unknown): unknown {
  return isObject(schema) ? allowSubstitution(schema) : schema;
}

function refusesSubstitution(schema: JsonObject): boolean {
  if ("enum" in schema || "const" in schema) return true;
  const types: readonly unknown[] = [schema["type"]].flat();
  if (types.includes("string")) return TEXT_LIMITS.some((keyword) => keyword in schema);
  return types.some((type) => SCALARS.has(type));
}

// Editors show the annotations of the outer schema.
function withAlternative(schema: JsonObject, other: JsonObject): JsonObject {
  const entries = Object.entries(schema);
  const annotations = entries.filter(([key]) => ANNOTATIONS.has(key));
  const rules = entries.filter(([key]) => !ANNOTATIONS.has(key));
  return { ...Object.fromEntries(annotations), anyOf: [Object.fromEntries(rules), other] };
}

/** Makes references that count from the schema's own top count from `base`, where the schema is going to stand. */
export function rebaseReferences(schema: JsonObject, base: string): JsonObject {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key === "$ref" && typeof value === "string") return [key, value.replace(/^#/, base)];
    if (Array.isArray(value)) {
      return [key, value.map((item) => (isObject(item) ? rebaseReferences(item, base) : item))];
    }
    return [key, isObject(value) && key !== "default" ? rebaseReferences(value, base) : value];
  });
  return Object.fromEntries(entries);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
