import type { AnyFactory } from "../component.ts";
import { createRegistry } from "../config/registry.ts";
import { configSchema } from "../config/json-schema.ts";

/** The JSON Schema of the whole configuration file. */
export function schemaText(factories: readonly AnyFactory[]): string {
  return JSON.stringify(configSchema(createRegistry(factories)), null, 2);
}
