import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { AnyFactory } from "../component.ts";
import { loadConfig, loadRegistry } from "../config/load.ts";
import type { CollectorConfig, ConfigResult } from "../config/model.ts";
import { formatProblem, type Problem } from "../config/problem.ts";
import { allFactories, createRegistry } from "../config/registry.ts";
import type { ConfigSource } from "../config/source.ts";
import { othersCanChange, storageExposure } from "../file-exposure.ts";
import type { Io } from "./io.ts";

/** Loads what `--config` named, with whatever mistakes there are; throws nothing. */
export function loadFiles(
  paths: readonly string[],
  factories: readonly AnyFactory[],
  env: Io["env"],
  { offlineChecks }: { readonly offlineChecks: boolean },
): ConfigResult {
  const files = paths.flatMap(expand);
  const sources = files.map((path) => ({ path }));
  const result = loadSources(sources, factories, env, { offlineChecks });
  return { ...result, problems: [...exposures(files, result.config), ...result.problems] };
}

/** Whoever may write the configuration decides what runs, and where the audit trail goes; the storage is as good. */
function exposures(files: readonly string[], config: CollectorConfig | undefined): readonly Problem[] {
  const warning = (file: string, path: string, message: string): Problem => ({
    severity: "warning",
    file,
    line: 1,
    column: 1,
    path,
    message,
  });
  const remedy =
    'every user of this machine can change it, and with it run code as the collector; take the right away with "chmod o-w", from the file and its folder';
  const exposed = files.filter(othersCanChange).map((file) => warning(file, "", remedy));
  const directory = config?.storage.directory;
  const storage = directory === undefined ? undefined : storageExposure(directory);
  return storage === undefined ? exposed : [...exposed, warning("", "storage::directory", storage)];
}

/** The same for files that may not be on the disk yet, or not as they will be. */
export function loadSources(
  sources: readonly ConfigSource[],
  factories: readonly AnyFactory[],
  env: Io["env"],
  { offlineChecks }: { readonly offlineChecks: boolean },
): ConfigResult {
  return loadConfig(sources, createRegistry(factories), { env, nowMs: Date.now(), offlineChecks });
}

/** The components, with those that the `plugins` of the files bring. Prints what is wrong with these, and gives undefined then. */
export function factoriesWithPlugins(
  paths: readonly string[],
  factories: readonly AnyFactory[],
  { env, stderr }: Pick<Io, "env" | "stderr">,
): readonly AnyFactory[] | undefined {
  if (paths.length === 0) return factories;
  const sources = paths.flatMap(expand).map((path) => ({ path }));
  const { registry, problems } = loadRegistry(sources, createRegistry(factories), { env });
  printProblems(problems, stderr);
  return registry === undefined ? undefined : allFactories(registry);
}

/** A folder stands for the YAML files in it, by name. Whatever cannot be listed is reported when it is read. */
export function expand(path: string): readonly string[] {
  try {
    const names = readdirSync(path).filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith("."));
    return names.length === 0 ? [path] : names.toSorted().map((name) => join(path, name));
  } catch {
    return [path];
  }
}

/** Prints every mistake, one a line. */
export function printProblems(problems: readonly Problem[], stream: NodeJS.WritableStream): void {
  for (const problem of problems) stream.write(`${formatProblem(problem)}\n`);
}
