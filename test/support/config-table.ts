import { z } from "zod";
import type { ConfigSpec } from "../../collector/config/spec.ts";

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly not?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The rows of a component README's configuration table, as its schema has them: `key | type | default | required | description`. */
export function configTable(config: ConfigSpec<unknown>): string[] {
  const rows: string[] = [];
  collect(z.toJSONSchema(config, { io: "input" }) as JsonSchema, "", rows);
  return rows;
}

function collect(schema: JsonSchema, prefix: string, rows: string[]): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    // There only to be refused with what to write instead.
    if (field.not !== undefined) continue;
    const key = `${prefix}${name}`;
    const required = schema.required?.includes(name) === true && field.default === undefined ? "yes" : "no";
    const fallback = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
    rows.push(`| \`${key}\` | ${typeName(field)} | ${fallback} | ${required} | ${field.description ?? ""} |`);
    collect(field, `${key}.`, rows);
    if (field.items !== undefined) collect(field.items, `${key}[].`, rows);
  }
}

function typeName(field: JsonSchema): string {
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (field.anyOf !== undefined) return [...new Set(field.anyOf.map(typeName))].join(" or ");
  if (field.type === "array") return "list";
  if (field.type === "object") return field.properties === undefined ? "map" : "mapping";
  return field.type ?? "any";
}
