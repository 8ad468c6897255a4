import { z } from "zod";
import type { AnyFactory } from "../component.ts";
import { CollectorError, describeError } from "../errors.ts";
import { childOf, isEmpty, locate, type MappingNode } from "./node.ts";
import { allFactories, createRegistry, type Registry } from "./registry.ts";
import { validate, type Validation } from "./validate.ts";

/** `plugins`. */
export const pluginsSchema: z.ZodType<readonly string[]> = z
  .array(z.string().min(1))
  .describe("Packages or paths of files that bring further components; found from the working directory");

/** Gives the factories of a plugin, or throws what is to be reported. */
export type LoadPlugin = (specifier: string) => readonly AnyFactory[];

/**
 * The registry with the components that the plugins of the configuration bring. Undefined after a problem: what the
 * others name cannot be told then.
 */
export function withPlugins(
  registry: Registry,
  load: LoadPlugin,
  validation: Validation & { readonly root: MappingNode },
): Registry | undefined {
  const node = childOf(validation.root, "plugins");
  if (node === undefined || isEmpty(node)) return registry;
  const specifiers = validate(pluginsSchema, node, ["plugins"], validation);
  if (!specifiers.valid) return undefined;
  const all = [...allFactories(registry)];
  let complete = true;
  for (const [index, specifier] of specifiers.value.entries()) {
    const path = ["plugins", index];
    const fail = (message: string): void => {
      complete = false;
      validation.problems.error(locate(validation.root, path), path, specifiers.scrub(message));
    };
    for (const factory of loaded(specifier, load, fail)) {
      const taken = clash(factory, all);
      if (taken === undefined) all.push(factory);
      else
        fail(
          `Cannot use plugin "${specifier}": it brings the ${factory.kind} "${taken}", which exists already; give it another type`,
        );
    }
  }
  return complete ? createRegistry(all) : undefined;
}

function loaded(specifier: string, load: LoadPlugin, fail: (message: string) => void): readonly AnyFactory[] {
  try {
    return load(specifier);
  } catch (error) {
    fail(
      error instanceof CollectorError
        ? error.message
        : `Cannot use plugin "${specifier}": ${describeError(error)}; correct it`,
    );
    return [];
  }
}

/** The type or other spelling that somebody of the same kind has already. */
function clash(factory: AnyFactory, all: readonly AnyFactory[]): string | undefined {
  const spellings = (one: AnyFactory): readonly string[] => [one.type, ...(one.aliases ?? [])];
  const taken = new Set(all.filter(({ kind }) => kind === factory.kind).flatMap(spellings));
  return spellings(factory).find((type) => taken.has(type));
}
