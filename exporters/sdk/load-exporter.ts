import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { CollectorError, describeError, ErrorCode } from "../../collector/errors.ts";

/** What to load. */
export interface ExporterReference {
  /** Package name, `file:` URL or path. */
  readonly module: string;
  readonly export: string;
  readonly args: readonly unknown[];
  /** Folder that packages and relative paths are found from. */
  readonly directory: string;
}

/**
 * Imports the module and makes the exporter. A package is looked for from `directory` first, then among those that come
 * with otel-o365.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG`, saying which step failed: no waiting mends any of them.
 */
export async function loadExporter(reference: ExporterReference): Promise<LogRecordExporter> {
  const module = await importModule(reference);
  const name = `"${reference.export}" of "${reference.module}"`;
  const constructor = findExport(module, reference.export);
  if (constructor === undefined) {
    const classes = Object.keys(module).filter((key) => typeof module[key] === "function");
    const known = classes.length === 0 ? "it exports no class" : `it exports ${classes.slice(0, 10).join(", ")}`;
    throw cannot("find", name, known, "correct export");
  }
  let exporter: unknown;
  try {
    exporter = Reflect.construct(constructor, [...reference.args]);
  } catch (error) {
    throw cannot("create", name, `its constructor threw: ${describeError(error)}`, "correct args", error);
  }
  if (!isLogRecordExporter(exporter)) {
    throw cannot("use", name, "it has no export() and shutdown()", "name a class that is a LogRecordExporter");
  }
  return exporter;
}

async function importModule(reference: ExporterReference): Promise<Readonly<Record<string, unknown>>> {
  try {
    const module: unknown = await import(locate(reference.module, reference.directory));
    return isRecord(module) ? module : {};
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const name = `module "${reference.module}"`;
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
      const todo = isPath(reference.module) ? "correct the path" : `run npm install ${reference.module} there`;
      throw cannot("load", name, `it was not found from ${reference.directory}`, todo, error);
    }
    throw cannot("load", name, describeError(error), "correct the module or name another", error);
  }
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

function isPath(module: string): boolean {
  return isAbsolute(module) || module.startsWith("./") || module.startsWith("../");
}

/** CommonJS modules may have everything below `default`. */
function findExport(module: Readonly<Record<string, unknown>>, name: string): NewableFunction | undefined {
  const fallback = module["default"];
  for (const value of [module[name], isRecord(fallback) ? fallback[name] : undefined]) {
    if (isConstructor(value)) return value;
  }
  return undefined;
}

function isConstructor(value: unknown): value is NewableFunction {
  return typeof value === "function" && typeof value.prototype === "object";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isLogRecordExporter(value: unknown): value is LogRecordExporter {
  return isRecord(value) && typeof value["export"] === "function" && typeof value["shutdown"] === "function";
}

function cannot(action: string, object: string, seen: string, todo: string, cause?: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.config,
    `Cannot ${action} ${object}: ${seen}; ${todo}`,
    cause === undefined ? {} : { cause },
  );
}
