import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";

/** What a module of somebody else exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** Something that a module of somebody else exports. */
export interface ExportReference {
  /** Package name, `file:` URL or path. */
  readonly module: string;
  readonly export: string;
  /** Folder that packages and relative paths are found from. */
  readonly directory: string;
}

/**
 * Imports a module. A package is looked for from `directory` first, then among those that come with otel-o365.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`: no waiting mends it.
 */
export async function importModule(module: string, directory: string): Promise<ModuleExports> {
  try {
    const loaded: unknown = await import(locate(module, directory));
    return isRecord(loaded) ? loaded : {};
  } catch (error) {
    throw notLoaded(module, directory, error);
  }
}

/**
 * The same at once, for where nothing can be awaited. Modules with a top-level `await` cannot be loaded this way.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`.
 */
export function requireModule(module: string, directory: string): ModuleExports {
  try {
    const require = createRequire(join(directory, "from-here.js"));
    const loaded: unknown = require(isPath(module) ? resolve(directory, module) : module);
    return isRecord(loaded) ? loaded : {};
  } catch (error) {
    throw notLoaded(module, directory, error);
  }
}

/**
 * A class, or a function that gives an object, that a module exports.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`, naming what the module does export.
 */
export function findCallable(exports: ModuleExports, { module, export: name }: ExportReference): Callable {
  const found = findExport(exports, name);
  if (typeof found === "function") return found;
  const callable = Object.keys(exports).filter((key) => typeof exports[key] === "function");
  const known = callable.length === 0 ? "it exports no class" : `it exports ${callable.slice(0, 10).join(", ")}`;
  throw cannot("find", nameOf(module, name), known, "correct export");
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- whatever somebody else exports
export type Callable = Function;

/** What a module exports under a name. CommonJS modules may have everything below `default`. */
export function findExport(exports: ModuleExports, name: string): unknown {
  const fallback = exports["default"];
  return exports[name] ?? (isRecord(fallback) ? fallback[name] : undefined);
}

/**
 * The object that a class makes, or a function gives.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when it throws.
 */
export function makeInstance(callable: Callable, args: readonly unknown[], reference: ExportReference): unknown {
  try {
    const made: unknown = isConstructor(callable)
      ? Reflect.construct(callable, [...args])
      : Reflect.apply(callable, undefined, [...args]);
    return made;
  } catch (error) {
    const name = nameOf(reference.module, reference.export);
    throw cannot("create", name, `its constructor threw: ${describeError(error)}`, "correct args", error);
  }
}

/** An error about something that a module exports. */
export function cannotUse({ module, export: name }: ExportReference, seen: string, todo: string): CollectorError {
  return cannot("use", nameOf(module, name), seen, todo);
}

/** Why a module cannot be found, without loading it; undefined when it can. */
export function missingModule(module: string, directory: string): string | undefined {
  return exists(module, directory) ? undefined : `was not found from ${directory}; ${remedyFor(module)}`;
}

function exists(module: string, directory: string): boolean {
  const nearby = createRequire(join(directory, "from-here.js"));
  const path = module.startsWith("file:") ? fileURLToPath(module) : module;
  for (const require of [nearby, createRequire(import.meta.url)]) {
    try {
      require.resolve(isPath(path) ? resolve(directory, path) : path);
      return true;
    } catch {
      // Perhaps the other one finds it.
    }
  }
  return false;
}

/** What `import()` takes. A package that only we have stays a bare name and is found from this file. */
function locate(module: string, directory: string): string {
  if (module.startsWith("file:")) return module;
  if (isPath(module)) return pathToFileURL(resolve(directory, module)).href;
  try {
    const resolved = createRequire(join(directory, "from-here.js")).resolve(module);
    return isAbsolute(resolved) ? pathToFileURL(resolved).href : module;
  } catch {
    return module;
  }
}

function notLoaded(module: string, directory: string, error: unknown): CollectorError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const name = `module "${module}"`;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    if (!exists(module, directory)) {
      return cannot("load", name, `it was not found from ${directory}`, remedyFor(module), error);
    }
    const [inner = ""] = describeError(error).split("\n");
    return cannot("load", name, inner, "install what it imports beside it", error);
  }
  if (code === "ERR_REQUIRE_ASYNC_MODULE") {
    return cannot("load", name, "it awaits at its top level", "move the await into a function", error);
  }
  return cannot("load", name, describeError(error), "correct the module or name another", error);
}

function remedyFor(module: string): string {
  return isPath(module) ? "correct the path" : `run npm install ${module} there`;
}

function isPath(module: string): boolean {
  return isAbsolute(module) || module.startsWith("./") || module.startsWith("../");
}

function isConstructor(callable: Callable): boolean {
  return typeof callable.prototype === "object" && callable.prototype !== null;
}

function isRecord(value: unknown): value is ModuleExports {
  return typeof value === "object" && value !== null;
}

function nameOf(module: string, name: string): string {
  return `"${name}" of "${module}"`;
}

function cannot(action: string, object: string, seen: string, todo: string, cause?: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.config,
    `Cannot ${action} ${object}: ${seen}; ${todo}`,
    cause === undefined ? {} : { cause },
  );
}
