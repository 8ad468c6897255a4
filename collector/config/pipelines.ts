import { parseComponentId } from "./component-id.ts";
import { globPattern, isPattern } from "./glob.ts";
import type { PipelineConfig } from "./model.ts";
import { nearest, suggest } from "./nearest.ts";
import { childOf, type ConfigNode, isEmpty, locate, locateKey, type MappingNode } from "./node.ts";
import type { ConfigPath } from "./problem.ts";
import { pipelineSchema, sectionSchema } from "./service-schema.ts";
import { type Section, type PipelineKey, PIPELINE_KEYS, SECTIONS } from "./sections.ts";
import { validate, type Validation } from "./validate.ts";

/** The ids that pipelines can name. */
export type DefinedComponents = Readonly<Record<PipelineKey, Omit<Section, "components">>>;

const PIPELINES: ConfigPath = ["service", "pipelines"];
const EXAMPLE = "service::pipelines::logs with receivers and exporters";

/** Checks `service::pipelines` against the components, and the components against the pipelines. Only pipelines without a mistake are returned. */
export function readPipelines(components: DefinedComponents, validation: Validation): readonly PipelineConfig[] {
  const node = pipelinesNode(validation);
  if (node === undefined) return [];
  const used: UsedIds = { receivers: new Set(), processors: new Set(), exporters: new Set() };
  const pipelines: PipelineConfig[] = [];
  let malformed = false;
  for (const [id, entry] of node.entries) {
    const path = [...PIPELINES, id];
    const idFault = pipelineIdFault(id);
    if (idFault !== undefined) validation.problems.error(entry.origin, path, idFault);
    const reader = new PipelineReader(entry.value, path, components, used, validation);
    const pipeline = reader.read(id);
    if (pipeline !== undefined) pipelines.push(pipeline);
    malformed ||= reader.malformed;
  }
  if (!malformed) reportUnused(components, used, validation);
  return pipelines;
}

type UsedIds = Readonly<Record<PipelineKey, Set<string>>>;

function pipelinesNode(validation: Validation): MappingNode | undefined {
  const { root, problems } = validation;
  const service = childOf(root, "service");
  if (service === undefined || isEmpty(service)) {
    const message = `is required: without a pipeline nothing is collected; add ${EXAMPLE}`;
    problems.error(locateKey(root, ["service"]), ["service"], message);
    return undefined;
  }
  // Anything but a mapping is reported where the rest of the service is checked.
  if (service.kind !== "mapping") return undefined;
  const node = childOf(service, "pipelines");
  if (node === undefined || isEmpty(node) || (node.kind === "mapping" && node.entries.size === 0)) {
    problems.error(
      locateKey(root, PIPELINES),
      PIPELINES,
      `there is no pipeline, so nothing is collected; add ${EXAMPLE}`,
    );
    return undefined;
  }
  if (node.kind === "mapping") return node;
  validate(sectionSchema, node, PIPELINES, validation);
  return undefined;
}

function pipelineIdFault(id: string): string | undefined {
  const parsed = parseComponentId(id);
  if (typeof parsed === "string") return parsed.replace("component id", "pipeline id");
  if (parsed.type === "logs") return undefined;
  const suffix = parsed.name === undefined ? "" : `/${parsed.name}`;
  const reason = ["traces", "metrics", "profiles"].includes(parsed.type)
    ? "audit records are logs"
    : "pipelines carry logs only";
  return `${reason}; name the pipeline "logs${suffix}"`;
}

class PipelineReader {
  readonly #node: ConfigNode;
  readonly #path: ConfigPath;
  readonly #components: DefinedComponents;
  readonly #used: UsedIds;
  readonly #validation: Validation;
  #faults = 0;
  /** It cannot be told what the pipeline was meant to name. */
  malformed = false;

  constructor(
    node: ConfigNode,
    path: ConfigPath,
    components: DefinedComponents,
    used: UsedIds,
    validation: Validation,
  ) {
    this.#node = node;
    this.#path = path;
    this.#components = components;
    this.#used = used;
    this.#validation = validation;
  }

  read(id: string): PipelineConfig | undefined {
    if (!isEmpty(this.#node) && !validate(pipelineSchema, this.#node, this.#path, this.#validation).valid) {
      this.#faults += 1;
      this.malformed = true;
    }
    if (this.#node.kind !== "mapping" && !isEmpty(this.#node)) return undefined;
    const receivers = this.#names("receivers");
    const processors = this.#names("processors");
    const exporters = this.#names("exporters");
    return this.#faults === 0 ? { id, receivers, processors, exporters } : undefined;
  }

  #error(path: ConfigPath, message: string): void {
    this.#faults += 1;
    this.#validation.problems.error(locate(this.#validation.root, path), path, message);
  }

  #names(key: PipelineKey): readonly string[] {
    const path = [...this.#path, key];
    const list = childOf(this.#node, key);
    if (list === undefined || isEmpty(list) || (list.kind === "list" && list.items.length === 0)) {
      if (key !== "processors") this.#error(path, `the pipeline has no ${key}; name at least one`);
      return [];
    }
    const found = new Set<string>();
    const literal = new Set<string>();
    for (const [index, item] of list.kind === "list" ? list.items.entries() : []) {
      if (item.kind !== "scalar" || item.failed || typeof item.value !== "string") continue;
      const ids = this.#resolve(key, item.text, [...path, index], item.references.length === 0);
      if (ids === undefined) continue;
      for (const id of ids) {
        this.#used[key].add(id);
        found.add(id);
      }
      if (literal.has(item.text)) this.#error([...path, index], "is listed twice in this pipeline; remove one");
      literal.add(item.text);
    }
    return [...found];
  }

  /** The ids that an entry names; undefined after an error. `printable`: the entry stands in the file as it is. */
  #resolve(key: PipelineKey, text: string, path: ConfigPath, printable: boolean): readonly string[] | undefined {
    const { defined, recognized, malformed } = this.#components[key];
    if (malformed) return undefined;
    if (defined.has(text)) return [text];
    const shown = printable ? `"${text}"` : "the substituted id";
    if (isPattern(text)) return this.#pattern(key, text, path, shown);
    const otherSpelling = this.#otherSpelling(key, text);
    const near = otherSpelling ?? nearest(text, defined);
    const where = PIPELINE_KEYS.find((other) => other !== key && this.#components[other].defined.has(text));
    if (otherSpelling !== undefined) {
      this.#error(path, `${shown} is defined as "${otherSpelling}" under ${key}; write it the same way in both places`);
    } else if (where !== undefined) {
      this.#error(path, `${shown} is defined under ${where}, not under ${key}; list it under the pipeline's ${where}`);
    } else if (near !== undefined && !recognized.has(near)) {
      // That id has a mistake of its own, and putting it right mends this reference too.
      this.#faults += 1;
    } else {
      // A suggestion would give away what the substituted text is like.
      const remedy = printable
        ? suggest(text, [...defined], `defined ${key}`)
        : `defined ${key} are ${[...defined].join(", ")}`;
      this.#error(path, `${shown} is not defined under ${key}; ${remedy}`);
    }
    // The component that was most likely meant is not reported as unused on top.
    if (near !== undefined) this.#used[key].add(near);
    if (where !== undefined) this.#used[where].add(text);
    return undefined;
  }

  #pattern(key: PipelineKey, text: string, path: ConfigPath, shown: string): readonly string[] | undefined {
    if (key !== "receivers") {
      this.#error(path, `${shown} is a pattern, but only receivers can be named by one; name each ${SECTIONS[key]}`);
      return undefined;
    }
    const pattern = globPattern(text);
    const ids = [...this.#components[key].defined].filter((id) => pattern.test(id));
    if (ids.length > 0) return ids;
    this.#error(
      path,
      `${shown} matches no receiver; define one under receivers or with "otel-o365 integrations add", name the folder of integrations with one more --config, or correct the pattern`,
    );
    return undefined;
  }

  /** The id that is written with another name of the same type: `otlphttp/siem` for `otlp_http/siem`. */
  #otherSpelling(key: PipelineKey, text: string): string | undefined {
    const { byCanonical, canonical } = this.#components[key];
    return byCanonical.get(canonical(text));
  }
}

function reportUnused(components: DefinedComponents, used: UsedIds, { root, problems }: Validation): void {
  for (const key of PIPELINE_KEYS) {
    for (const id of components[key].defined) {
      const reported = key !== "receivers" && !components[key].recognized.has(id);
      if (used[key].has(id) || reported) continue;
      const path = [key, id];
      const origin = locateKey(root, path);
      if (key === "receivers") {
        const remedy = "add it to the receivers of a pipeline under service::pipelines, or remove it";
        problems.error(origin, path, `is in no pipeline, so nothing would be collected from it; ${remedy}`);
      } else {
        problems.warning(origin, path, "is in no pipeline; add it to one under service::pipelines, or remove it");
      }
    }
  }
}
