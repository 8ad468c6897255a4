import { z } from "zod";
import type { AnyFactory } from "../component.ts";
import {
  allowSubstitution,
  isObject,
  type JsonObject,
  orEmpty,
  rebaseReferences,
  SUBSTITUTION,
} from "./json-schema-rewrite.ts";
import type { FactorySet, Registry } from "./registry.ts";
import { pluginsSchema } from "./plugins.ts";
import { pipelineSchema, serviceSchema, storageSchema } from "./service-schema.ts";
import { type SectionKey, SECTION_KEYS, SECTIONS } from "./sections.ts";

const DESCRIPTIONS: Readonly<Record<SectionKey, string>> = {
  receivers: "Where records come from, by id: type or type/name",
  processors: "What changes, drops or groups records, by id: type or type/name",
  exporters: "Where records go, by id: type or type/name",
  extensions: "What stands beside the pipelines, by id: type or type/name; service::extensions says which of them run",
};

/**
 * JSON Schema (draft 2020-12) of a configuration file, for editors: every component by `type` and `type/name`, other
 * spellings included, with descriptions and defaults. Wherever a plain text would be refused, `${…}` is accepted.
 * No top-level key is required, so that one of several merged files can be checked too.
 */
export function configSchema(registry: Registry): JsonObject {
  const definitions: Record<string, JsonObject> = { substitution: SUBSTITUTION };
  const properties: Record<string, JsonObject> = {};
  for (const key of SECTION_KEYS) properties[key] = section(key, registry[key], definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "otel-o365 configuration",
    type: "object",
    properties: {
      plugins: orEmpty({ ...convert(pluginsSchema, "plugins", definitions) }),
      ...properties,
      storage: orEmpty({ description: "Where state is kept", ...convert(storageSchema, "storage", definitions) }),
      service: orEmpty(service(definitions)),
    },
    additionalProperties: false,
    $defs: definitions,
  };
}

function section(key: SectionKey, factories: FactorySet, definitions: Record<string, JsonObject>): JsonObject {
  const patternProperties: Record<string, JsonObject> = {};
  for (const factory of factories.factories) {
    const name = `${SECTIONS[key]}.${factory.type}`;
    const component = {
      title: `${SECTIONS[key]} ${factory.type} (${factory.stability})`,
      description: factory.description,
      ...convert(factory.config, name, definitions),
    };
    const needsValues = definitions[name]?.["required"] !== undefined;
    patternProperties[idPattern(factory)] = needsValues ? component : orEmpty(component);
  }
  return orEmpty({
    description: DESCRIPTIONS[key],
    type: "object",
    patternProperties,
    additionalProperties: false,
  });
}

function idPattern(factory: AnyFactory): string {
  return `^(${[factory.type, ...(factory.aliases ?? [])].join("|")})(/[^\\s*]+)?$`;
}

function service(definitions: Record<string, JsonObject>): JsonObject {
  const pipelines = {
    description: "What flows where: logs or logs/NAME, each with receivers, processors and exporters",
    type: "object",
    patternProperties: {
      "^logs(/[^\\s*]+)?$": {
        ...convert(pipelineSchema, "pipeline", definitions),
        required: ["receivers", "exporters"],
      },
    },
    additionalProperties: false,
    minProperties: 1,
  };
  const { $ref } = convert(serviceSchema, "service", definitions);
  const schema = definitions["service"] ?? {};
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  definitions["service"] = { ...schema, properties: { ...properties, pipelines } };
  return { description: "What runs", $ref };
}

/** Puts the schema of a zod schema's input under `$defs` and returns a reference to it. */
function convert(schema: z.core.$ZodType, name: string, definitions: Record<string, JsonObject>): JsonObject {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const rebased = rebaseReferences(converted, `#/$defs/${name}`);
  definitions[name] = allowSubstitution(rebased);
  return { $ref: `#/$defs/${name}` };
}
