import type { AnyFactory } from "./component.ts";
import { isComponentType } from "./config/component-id.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";
import { findExport, requireModule } from "./modules.ts";
import { PLUGIN_API_VERSION, type Plugin, pluginApi } from "./plugin.ts";
import { version } from "./version.ts";

const KINDS: readonly unknown[] = ["receiver", "processor", "exporter", "extension"];
const STABILITIES: readonly unknown[] = ["alpha", "beta", "stable"];
const ZOD_MAJOR = 4;

/**
 * The factories that a plugin brings, checked against the contract as far as it can be seen.
 *
 * @param specifier Package or path of a file, found from `directory`.
 * @throws {CollectorError} `OTEL_O365_CONFIG`, saying which step failed and what to do.
 */
export function loadPlugin(specifier: string, directory: string): readonly AnyFactory[] {
  const exported = findExport(requireModule(specifier, directory), "plugin");
  const plugin = asPlugin(specifier, exported);
  let factories: unknown;
  try {
    factories = plugin.create(pluginApi);
  } catch (error) {
    throw cannot(
      specifier,
      `its create() threw: ${describeError(error)}`,
      "correct the plugin, or ask who wrote it",
      error,
    );
  }
  if (!Array.isArray(factories) || factories.length === 0) {
    throw cannot(specifier, "its create() returned no list of factories", "return the factories in a list");
  }
  return factories.map((factory: unknown, index) => asFactory(specifier, factory, index));
}

function asPlugin(specifier: string, exported: unknown): Plugin {
  if (exported === undefined)
    throw cannot(specifier, 'it exports no "plugin"', "export const plugin = { apiVersion, create }");
  if (!isPlugin(exported)) {
    throw cannot(specifier, 'its "plugin" lacks apiVersion or create()', "give it both, as the template does");
  }
  if (exported.apiVersion === PLUGIN_API_VERSION) return exported;
  const newer = exported.apiVersion > PLUGIN_API_VERSION;
  throw cannot(
    specifier,
    `it was written for version ${exported.apiVersion} of the plugin contract, and otel-o365 ${version} has version ${PLUGIN_API_VERSION}`,
    newer ? "update otel-o365, or take an older plugin" : "update the plugin, or take an older otel-o365",
  );
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== "object" || value === null || !("apiVersion" in value) || !("create" in value)) return false;
  return typeof value.apiVersion === "number" && typeof value.create === "function";
}

function asFactory(specifier: string, value: unknown, index: number): AnyFactory {
  const fault = faultOf(value);
  if (fault === undefined && isFactory(value)) return value;
  throw cannot(specifier, `factory ${index + 1} of its list ${fault}`, "correct the plugin, or ask who wrote it");
}

function isFactory(value: unknown): value is AnyFactory {
  return faultOf(value) === undefined;
}

function faultOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "is no object";
  if (!KINDS.includes(read(value, "kind"))) return "has no kind of receiver, processor, exporter or extension";
  const type = read(value, "type");
  if (typeof type !== "string" || !isComponentType(type)) return "has no type of letters, digits and underscores";
  if (typeof read(value, "description") !== "string") return `("${type}") has no description`;
  if (!STABILITIES.includes(read(value, "stability"))) return `("${type}") has no stability of alpha, beta or stable`;
  if (typeof read(value, "create") !== "function") return `("${type}") has no create()`;
  return isSchema(read(value, "config")) ? undefined : `("${type}") has no config that is a schema of zod ${ZOD_MAJOR}`;
}

function isSchema(value: unknown): boolean {
  const version = read(read(value, "_zod"), "version");
  return read(version, "major") === ZOD_MAJOR && typeof read(value, "safeParse") === "function";
}

function read(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function cannot(specifier: string, seen: string, todo: string, cause?: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.config,
    `Cannot use plugin "${specifier}": ${seen}; ${todo}`,
    cause === undefined ? {} : { cause },
  );
}
