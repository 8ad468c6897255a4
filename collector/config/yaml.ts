import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Pair } from "yaml";
import { type Node as YamlNode, parseDocument, visit, type YAMLMap, type YAMLSeq } from "yaml";
import type { ConfigNode, MappingEntry, MappingNode, ScalarNode } from "./node.ts";
import type { ConfigPath, Origin, ProblemList } from "./problem.ts";
import { reportSyntax } from "./yaml-errors.ts";

// Far above any real file; aliases of aliases grow exponentially.
const MAX_NODES = 100_000;

/**
 * Reads one YAML file into nodes that know their place. Anchors, aliases and merge keys (`<<`) are resolved.
 * Undefined after a problem that makes the whole file unusable; duplicate keys are reported, the later one counts.
 */
export function parseYaml(text: string, file: string, problems: ProblemList): MappingNode | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  if (document.errors.length + document.warnings.length > 0) {
    reportSyntax(document, text, file, lines, problems);
    return undefined;
  }
  const top = document.contents;
  const origin: Origin = { file, line: 1, column: 1 };
  if (top === null || (isScalar(top) && top.value === null)) {
    problems.error(origin, [], "the file is empty; add receivers, exporters and service::pipelines");
    return undefined;
  }
  const node = new Reader(document, file, lines, problems).read(top, []);
  if (node.kind === "mapping") return node;
  problems.error(origin, [], "the file must be a mapping of keys such as receivers, exporters and service");
  return undefined;
}

class Reader {
  readonly #targets: ReadonlyMap<Alias, YamlNode>;
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #problems: ProblemList;
  readonly #resolving = new Set<YamlNode>();
  #nodes = 0;

  constructor(document: Document.Parsed, file: string, lines: LineCounter, problems: ProblemList) {
    this.#targets = targetsIn(document);
    this.#file = file;
    this.#lines = lines;
    this.#problems = problems;
  }

  read(node: unknown, path: ConfigPath): ConfigNode {
    this.#nodes += 1;
    const origin = this.#originOf(node);
    if (this.#nodes > MAX_NODES) return this.#tooLarge(origin);
    if (isAlias(node)) return this.#alias(node, path);
    if (!isMap(node) && !isSeq(node)) return { ...scalarNode(node, origin), folded: this.#isFolded(node) };
    this.#resolving.add(node);
    const result = isMap(node) ? this.#mapping(node, path) : this.#list(node, path);
    this.#resolving.delete(node);
    return result;
  }

  #tooLarge(origin: Origin): ConfigNode {
    if (this.#nodes === MAX_NODES + 1) {
      this.#problems.error(
        origin,
        [],
        `the file has more than ${MAX_NODES} values once its aliases are resolved; use fewer`,
      );
    }
    return failedNode(origin);
  }

  #alias(alias: Alias, path: ConfigPath): ConfigNode {
    const origin = this.#originOf(alias);
    const target = this.#targets.get(alias);
    if (target === undefined) {
      // Without its name: it may be a password that starts with an asterisk.
      const message = "no anchor stands before this alias; define it, or quote a text that starts with *";
      this.#problems.error(origin, path, message);
      return failedNode(origin);
    }
    if (this.#resolving.has(target)) {
      this.#problems.error(origin, path, `the alias "*${alias.source}" contains itself; remove it`);
      return failedNode(origin);
    }
    return this.read(target, path);
  }

  #list(list: YAMLSeq, path: ConfigPath): ConfigNode {
    const items = list.items.map((item, index) => this.read(item, [...path, index]));
    return { kind: "list", origin: this.#originOf(list), items };
  }

  #mapping(map: YAMLMap, path: ConfigPath): MappingNode {
    const entries = new Map<string, MappingEntry>();
    const merged: Pair[] = [];
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) merged.push(pair);
      else this.#entry(pair, path, entries);
    }
    for (const pair of merged) this.#mergeKey(pair, path, entries);
    return { kind: "mapping", origin: this.#originOf(map), entries };
  }

  #entry(pair: Pair, path: ConfigPath, entries: Map<string, MappingEntry>): void {
    const origin = this.#originOf(pair.key);
    const key = isScalar(pair.key) && pair.key.value !== null ? keyText(pair.key) : undefined;
    if (key === undefined) {
      this.#problems.error(origin, path, "a key must be a text; put it in quotes");
      return;
    }
    if (pair.value === null) {
      // Without its text: in { } it is often the rest of a password with a comma.
      const message = 'an entry has no colon; write "key: value", or quote a text that contains a comma';
      this.#problems.error(origin, path, message);
      return;
    }
    const earlier = entries.get(key);
    if (earlier !== undefined) {
      const { line, column } = earlier.origin;
      const message = `duplicate key: first set at ${this.#file}:${line}:${column}; keep one of them`;
      this.#problems.error(origin, [...path, key], message);
    }
    entries.set(key, { origin, value: this.read(pair.value, [...path, key]) });
  }

  // Keys that stand in the mapping itself win over merged ones, and earlier merged mappings over later ones.
  #mergeKey(pair: Pair, path: ConfigPath, entries: Map<string, MappingEntry>): void {
    const value = this.read(pair.value, path);
    for (const source of value.kind === "list" ? value.items : [value]) {
      if (source.kind === "mapping") {
        for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
      } else if (source.kind !== "scalar" || !source.failed) {
        const message = 'a merge key "<<" needs an alias of a mapping, or a list of them';
        this.#problems.error(this.#originOf(pair.key), path, message);
      }
    }
  }

  #isFolded(node: unknown): boolean {
    if (!isScalar(node) || node.type !== "PLAIN" || !Array.isArray(node.range)) return false;
    return this.#lines.linePos(node.range[0]).line !== this.#lines.linePos(node.range[1]).line;
  }

  #originOf(node: unknown): Origin {
    const offset = isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col };
  }
}

/** What each alias stands for. The library's own way walks through the document for each of them: a minute for 40,000. */
function targetsIn(document: Document.Parsed): ReadonlyMap<Alias, YamlNode> {
  const anchors = new Map<string, YamlNode>();
  const targets = new Map<Alias, YamlNode>();
  visit(document, (_, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  });
  return targets;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

function keyText(key: { readonly value: unknown; readonly source?: string }): string {
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

const SCALAR = { kind: "scalar", references: [], folded: false, retypable: false, failed: false } as const;

function scalarNode(node: unknown, origin: Origin): ScalarNode {
  const value = isScalar(node) ? node.value : null;
  const text = isScalar(node) ? (node.source ?? "") : "";
  if (typeof value === "string") return { ...SCALAR, origin, value, text: value };
  if (typeof value === "number" || typeof value === "boolean" || value === null) {
    return { ...SCALAR, origin, value, text };
  }
  return { ...SCALAR, origin, value: text, text };
}

function failedNode(origin: Origin): ScalarNode {
  return { ...SCALAR, origin, value: null, text: "", failed: true };
}
