import { readFileSync } from "node:fs";
import { loadPlugin } from "../load-plugin.ts";
import { findSharedState } from "../shared-state.ts";
import { MIN_SHARE_BYTES } from "../in-flight-budget.ts";
import type { CollectorConfig, ConfigResult, PipelineConfig } from "./model.ts";
import { readExtensions } from "./extensions.ts";
import { suggest } from "./nearest.ts";
import { childOf, isEmpty, locateKey, type MappingNode, mergeMappings } from "./node.ts";
import { readPipelines } from "./pipelines.ts";
import { type LoadPlugin, withPlugins } from "./plugins.ts";
import { type Problem, ProblemList } from "./problem.ts";
import type { Registry } from "./registry.ts";
import { readSection, type SectionContext } from "./sections.ts";
import { serviceSchema, storageSchema } from "./service-schema.ts";
import { type ConfigSource, type ReadFile, readSource } from "./source.ts";
import { substitute } from "./substitute.ts";
import { validate } from "./validate.ts";
import { parseYaml } from "./yaml.ts";

export interface LoadOptions {
  /** For `${env:NAME}`; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For configuration files and `${file:PATH}`. Default: from disk, relative paths from the working directory. */
  readonly readFile?: ReadFile;
  /** The time that offline checks compare expiry dates with, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** Also run each component's offline check (files exist, key fits certificate). */
  readonly offlineChecks: boolean;
  /** For `plugins`. Default: from disk, found from the working directory. */
  readonly loadPlugin?: LoadPlugin;
}

const TOP_KEYS = ["plugins", "receivers", "processors", "exporters", "extensions", "storage", "service"];
const SERVICE_KEYS = ["pipelines", "telemetry", "health", "shutdown_timeout", "max_in_flight_bytes"];

/** Reads configuration files, merges them in order and checks everything. Throws nothing: all mistakes of all files are in the result. */
export function loadConfig(sources: readonly ConfigSource[], registry: Registry, options: LoadOptions): ConfigResult {
  const problems = new ProblemList();
  const readFile = options.readFile ?? readText;
  const root = readRoot(sources, { env: options.env, readFile }, problems);
  const config = root === undefined ? undefined : checkWithPlugins({ ...options, root, problems, registry }, options);
  const sorted = problems.sorted(sources.map((source) => source.path));
  return { config: problems.hasErrors ? undefined : config, problems: sorted };
}

/** What configuration files can name: the given components, and those that their `plugins` bring. */
export interface RegistryResult {
  /** Undefined when there is an error among the problems. */
  readonly registry: Registry | undefined;
  readonly problems: readonly Problem[];
}

/** Reads no more of configuration files than `plugins`, so that the rest may be unfinished, and its variables unset. */
export function loadRegistry(
  sources: readonly ConfigSource[],
  registry: Registry,
  options: Pick<LoadOptions, "env" | "readFile" | "loadPlugin">,
): RegistryResult {
  const problems = new ProblemList();
  const from = { env: options.env, readFile: options.readFile ?? readText };
  const merged = readMerged(sources, from.readFile, problems);
  const plugins = merged?.entries.get("plugins");
  let all: Registry | undefined = registry;
  if (merged !== undefined && plugins !== undefined) {
    const root = substitute({ ...merged, entries: new Map([["plugins", plugins]]) }, from, problems);
    all = root.kind === "mapping" ? withPlugins(registry, loaderOf(options), { root, problems }) : undefined;
  }
  const sorted = problems.sorted(sources.map((source) => source.path));
  return { registry: problems.hasErrors ? undefined : all, problems: sorted };
}

/** The merged and substituted configuration; undefined when a file cannot be read or parsed: what the others lack cannot be told then. */
function readRoot(
  sources: readonly ConfigSource[],
  from: Pick<LoadOptions, "env"> & { readonly readFile: ReadFile },
  problems: ProblemList,
): MappingNode | undefined {
  const root = readMerged(sources, from.readFile, problems);
  if (root === undefined) return undefined;
  // After merging, so that a variable is not asked for by a value that a later file replaces.
  const substituted = substitute(root, from, problems);
  return substituted.kind === "mapping" ? substituted : undefined;
}

function readMerged(
  sources: readonly ConfigSource[],
  readFile: ReadFile,
  problems: ProblemList,
): MappingNode | undefined {
  if (sources.length === 0) {
    const message = "Cannot load the configuration: no file was given; name one with --config";
    problems.error({ file: "", line: 1, column: 1 }, [], message);
    return undefined;
  }
  let root: MappingNode | undefined;
  let complete = true;
  for (const source of sources) {
    const text = readSource(source, readFile, problems);
    const node = text === undefined ? undefined : parseYaml(text, source.path, problems);
    if (node === undefined) complete = false;
    else root = root === undefined ? node : mergeMappings(root, node);
  }
  return complete ? root : undefined;
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}

function loaderOf({ loadPlugin: load }: Pick<LoadOptions, "loadPlugin">): LoadPlugin {
  return load ?? ((name) => loadPlugin(name, process.cwd()));
}

function checkWithPlugins(context: SectionContext, options: LoadOptions): CollectorConfig | undefined {
  checkTopKeys(context);
  const registry = withPlugins(context.registry, loaderOf(options), context);
  return registry === undefined ? undefined : check({ ...context, registry });
}

function check(context: SectionContext): CollectorConfig | undefined {
  const { root, registry } = context;
  const receivers = readSection("receivers", registry.receivers, context);
  for (const { id, message } of findSharedState(receivers.components)) {
    context.problems.error(locateKey(root, ["receivers", id]), ["receivers", id], message);
  }
  const processors = readSection("processors", registry.processors, context);
  const exporters = readSection("exporters", registry.exporters, context);
  const storage = validate(storageSchema, nodeOf(root, "storage"), ["storage"], context);
  const service = validate(serviceSchema, nodeOf(root, "service"), ["service"], context);
  const pipelines = readPipelines({ receivers, processors, exporters }, context);
  const extensions = readExtensions(readSection("extensions", registry.extensions, context), exporters, context);
  if (!storage.valid || !service.valid) return undefined;
  checkShares(pipelines, service.value.maxInFlightBytes, context);
  return {
    receivers: receivers.components,
    processors: processors.components,
    exporters: exporters.components,
    extensions,
    pipelines,
    storage: storage.value,
    ...service.value,
  };
}

/** A receiver takes a piece of a blob for each branch whatever the limit is: with many of them that alone may be more. */
function checkShares(pipelines: readonly PipelineConfig[], maxBytes: number, { root, problems }: SectionContext): void {
  const branches = pipelines.reduce((sum, { receivers, exporters }) => sum + receivers.length * exporters.length, 0);
  const neededBytes = 2 * branches * MIN_SHARE_BYTES;
  if (maxBytes >= neededBytes) return;
  const path = ["service", "max_in_flight_bytes"];
  const message = `${maxBytes} is too little for ${branches} ways from a receiver to an exporter, so that more would be held; set it to ${neededBytes} or more, and see that there is memory for it`;
  problems.warning(locateKey(root, path), path, message);
}

function nodeOf(root: MappingNode, key: string): NonNullable<ReturnType<typeof childOf>> {
  const node = childOf(root, key);
  return node === undefined || isEmpty(node) ? { kind: "mapping", origin: root.origin, entries: new Map() } : node;
}

function checkTopKeys({ root, problems }: SectionContext): void {
  for (const [key, entry] of root.entries) {
    if (TOP_KEYS.includes(key)) continue;
    const message = SERVICE_KEYS.includes(key) ? `belongs under "service"; move it there` : suggestTop(key);
    problems.error(entry.origin, [key], message);
  }
}

function suggestTop(key: string): string {
  if (key === "connectors") {
    return 'there are no connectors; a receiver may stand in several pipelines, each with a filter of its own: see "Several pipelines" in docs/configuration.md';
  }
  return `unknown key; ${suggest(key, TOP_KEYS, "known keys")}`;
}
