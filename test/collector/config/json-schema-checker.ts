type Schema = Readonly<Record<string, unknown>>;

/**
 * Says whether a value fits a JSON Schema. Knows the keywords that the configuration's schema uses and throws on any other,
 * so that a test cannot pass for a keyword that was never looked at.
 */
export function fits(value: unknown, schema: unknown, root: unknown = schema): boolean {
  if (typeof schema === "boolean") return schema;
  return Object.entries(Object(schema)).every(([keyword, argument]) => {
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`Unknown JSON Schema keyword "${keyword}"`);
    return check(value, argument, Object(schema), root);
  });
}

type Check = (value: unknown, argument: unknown, schema: Schema, root: unknown) => boolean;

const always: Check = () => true;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

const CHECKS: Readonly<Record<string, Check>> = {
  $schema: always,
  $defs: always,
  title: always,
  description: always,
  default: always,
  format: always,
  writeOnly: always,
  properties: always,
  patternProperties: always,
  $ref: (value, ref, _, root) => fits(value, resolve(root, String(ref)), root),
  type: (value, types) => [types].flat().some((type) => TYPES[String(type)]?.(value) ?? false),
  enum: (value, options) => (options as unknown[]).includes(value),
  const: (value, constant) => value === constant,
  anyOf: (value, options, _, root) => (options as unknown[]).some((option) => fits(value, option, root)),
  oneOf: (value, options, _, root) => (options as unknown[]).filter((option) => fits(value, option, root)).length === 1,
  allOf: (value, parts, _, root) => (parts as unknown[]).every((part) => fits(value, part, root)),
  not: (value, refused, _, root) => !fits(value, refused, root),
  pattern: (value, pattern) => typeof value !== "string" || new RegExp(String(pattern), "u").test(value),
  minLength: (value, length) => typeof value !== "string" || value.length >= Number(length),
  minimum: (value, bound) => typeof value !== "number" || value >= Number(bound),
  maximum: (value, bound) => typeof value !== "number" || value <= Number(bound),
  exclusiveMinimum: (value, bound) => typeof value !== "number" || value > Number(bound),
  multipleOf: (value, divisor) => typeof value !== "number" || value % Number(divisor) === 0,
  items: (value, items, _, root) => !Array.isArray(value) || value.every((item) => fits(item, items, root)),
  minItems: (value, count) => !Array.isArray(value) || value.length >= Number(count),
  maxItems: (value, count) => !Array.isArray(value) || value.length <= Number(count),
  minProperties: (value, count) => !isObject(value) || Object.keys(value).length >= Number(count),
  required: (value, keys) => !isObject(value) || (keys as string[]).every((key) => Object.hasOwn(value, key)),
  propertyNames: (value, names, _, root) =>
    !isObject(value) || Object.keys(value).every((key) => fits(key, names, root)),
  additionalProperties: (value, rest, schema, root) =>
    !isObject(value) ||
    Object.entries(value).every(([key, child]) =>
      schemasOf(key, schema, rest).every((part) => fits(child, part, root)),
    ),
};

function schemasOf(key: string, schema: Schema, rest: unknown): readonly unknown[] {
  const properties = Object(schema["properties"]);
  const found = Object.hasOwn(properties, key) ? [properties[key]] : [];
  for (const [pattern, child] of Object.entries(Object(schema["patternProperties"]))) {
    if (new RegExp(pattern, "u").test(key)) found.push(child);
  }
  return found.length > 0 ? found : [rest];
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function resolve(root: unknown, ref: string): unknown {
  let current = root;
  for (const key of ref.split("/").slice(1)) current = Reflect.get(Object(current), key);
  if (current === undefined) throw new Error(`Nothing stands at ${ref}`);
  return current;
}
