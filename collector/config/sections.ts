import type { AnyFactory } from "../component.ts";
import { describeError } from "../errors.ts";
import { insteadOf } from "./collector-components.ts";
import { parseComponentId } from "./component-id.ts";
import type { Scrub } from "./confidential.ts";
import type { ConfiguredComponent } from "./model.ts";
import { suggest } from "./nearest.ts";
import { childOf, type ConfigNode, isEmpty, locate, type MappingEntry, type MappingNode } from "./node.ts";
import type { ConfigPath, Origin } from "./problem.ts";
import type { ComponentKind, FactorySet, Registry } from "./registry.ts";
import { sectionSchema } from "./service-schema.ts";
import { validate, type Validation } from "./validate.ts";

/** The sections that define components, each with the kind it holds. */
export const SECTIONS = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
  extensions: "extension",
} as const;
export type SectionKey = keyof typeof SECTIONS;
export const SECTION_KEYS = ["receivers", "processors", "exporters", "extensions"] as const;
/** The sections whose components stand in pipelines. */
export const PIPELINE_KEYS = ["receivers", "processors", "exporters"] as const;
export type PipelineKey = (typeof PIPELINE_KEYS)[number];

/** One section as read. */
export interface Section<F extends AnyFactory = AnyFactory> {
  /** The section is no mapping, so that it cannot be told what it defines. */
  readonly malformed: boolean;
  /** Every id that stands in the section, usable or not: what a pipeline can mean. */
  readonly defined: ReadonlySet<string>;
  /** The ids that can be a component of this section, whatever their settings. The others are reported as such. */
  readonly recognized: ReadonlySet<string>;
  /** The same as `defined`, by canonical spelling. */
  readonly byCanonical: ReadonlyMap<string, string>;
  /** An id with the factory's own type in place of another spelling. */
  readonly canonical: (id: string) => string;
  /** The components without a mistake. */
  readonly components: ReadonlyMap<string, ConfiguredComponent<F>>;
}

/** What a section is read with. */
export interface SectionContext extends Validation {
  readonly root: MappingNode;
  readonly registry: Registry;
  readonly nowMs: number;
  readonly offlineChecks: boolean;
}

/** Checks every component of a section, each by its factory's schema and, when asked for, its offline check. */
export function readSection<F extends AnyFactory>(
  key: SectionKey,
  factories: FactorySet<F>,
  context: SectionContext,
): Section<F> {
  const defined = new Set<string>();
  const recognized = new Set<string>();
  const byCanonical = new Map<string, string>();
  const components = new Map<string, ConfiguredComponent<F>>();
  const section = childOf(context.root, key);
  const malformed = section !== undefined && section.kind !== "mapping" && !isEmpty(section);
  if (section !== undefined && malformed) validate(sectionSchema, section, [key], context);
  const canonical = (id: string): string => canonicalId(id, factories);
  if (section?.kind !== "mapping") return { malformed, defined, recognized, byCanonical, canonical, components };
  for (const [id, entry] of section.entries) {
    const identity = identify(key, id, factories, context.registry);
    if (typeof identity === "string") context.problems.error(entry.origin, [key, id], identity);
    else {
      recognized.add(id);
      const component = readComponent([key, id], identity, entry, context);
      if (component !== undefined) components.set(id, component);
    }
    const twin = byCanonical.get(canonical(id));
    if (twin !== undefined) reportTwin([key, id], twin, entry.origin, context);
    defined.add(id);
    byCanonical.set(canonical(id), id);
  }
  return { malformed, defined, recognized, byCanonical, canonical, components };
}

function canonicalId(id: string, factories: FactorySet): string {
  const parsed = parseComponentId(id);
  if (typeof parsed === "string") return id;
  const type = factories.get(parsed.type)?.type ?? parsed.type;
  return parsed.name === undefined ? type : `${type}/${parsed.name}`;
}

type Identity<F extends AnyFactory> = Pick<ConfiguredComponent<F>, "id" | "name" | "factory">;

/** Which component an id means; a text when it means none. */
function identify<F extends AnyFactory>(
  key: SectionKey,
  id: string,
  factories: FactorySet<F>,
  registry: Registry,
): Identity<F> | string {
  const parsed = parseComponentId(id);
  if (typeof parsed === "string") return parsed;
  const factory = factories.get(parsed.type);
  return factory === undefined ? unknownType(key, parsed.type, registry) : { id, name: parsed.name, factory };
}

function readComponent<F extends AnyFactory>(
  path: ConfigPath,
  identity: Identity<F>,
  entry: MappingEntry,
  context: SectionContext,
): ConfiguredComponent<F> | undefined {
  const result = validated(identity.factory, emptyAsMapping(entry.value), path, context);
  if (!result.valid) return undefined;
  const component = { ...identity, type: identity.factory.type, config: result.value };
  if (context.offlineChecks) check(component, path, result.scrub, context);
  return component;
}

/** The schema of a plugin's component may throw. Its message could quote what it was given. */
function validated(
  factory: AnyFactory,
  node: ConfigNode,
  path: ConfigPath,
  context: SectionContext,
): ReturnType<typeof validate<unknown>> {
  try {
    return validate<unknown>(factory.config, node, path, context);
  } catch (error) {
    const what = error instanceof Error ? error.name : typeof error;
    const message = `Cannot check the component: its schema threw ${what}; report this to whoever wrote ${factory.kind} "${factory.type}"`;
    context.problems.error(locate(context.root, path), path, message);
    return { valid: false };
  }
}

// `debug:` with nothing after it means all defaults, as in the Collector.
function emptyAsMapping(node: ConfigNode): ConfigNode {
  return isEmpty(node) ? { kind: "mapping", origin: node.origin, entries: new Map() } : node;
}

function unknownType(key: SectionKey, type: string, registry: Registry): string {
  const other = SECTION_KEYS.find((candidate) => candidate !== key && registry[candidate].get(type) !== undefined);
  const { types } = registry[key];
  if (other !== undefined) {
    return `"${type}" is no ${SECTIONS[key]} but ${article(SECTIONS[other])}; move it to ${other}`;
  }
  const instead = insteadOf(key, type);
  if (instead !== undefined) return `"${type}" is ${article(SECTIONS[key])} of the Collector only; ${instead}`;
  return `unknown ${SECTIONS[key]} type "${type}"; ${suggest(type, types, "known types")}`;
}

function article(kind: ComponentKind): string {
  return kind === "exporter" || kind === "extension" ? `an ${kind}` : `a ${kind}`;
}

function reportTwin(path: ConfigPath, twin: string, origin: Origin, { problems }: Validation): void {
  problems.error(origin, path, `is another spelling of "${twin}"; keep one of them, or give one another name`);
}

function check(
  component: ConfiguredComponent,
  path: ConfigPath,
  scrub: Scrub,
  { root, problems, nowMs }: SectionContext,
): void {
  try {
    for (const problem of component.factory.check?.(component.config, nowMs) ?? []) {
      const whole = [...path, ...problem.path];
      problems.add(problem.severity ?? "error", locate(root, whole), whole, scrub(problem.message));
    }
  } catch (error) {
    const message = `Cannot check the component: ${scrub(describeError(error))}; report this as a fault of otel-o365`;
    problems.error(locate(root, path), path, message);
  }
}
