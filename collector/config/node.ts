import type { ConfigPath, Origin } from "./problem.ts";

/** A substitution that took part in a value. */
export interface Reference {
  /** As it may be printed: `${env:PORT}`. */
  readonly label: string;
  /** What it stood for. Never printed. */
  readonly text: string;
}

/** A single value, with the text that stood in the file or came from a substitution. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly origin: Origin;
  /** The value by YAML's own rules: text, number, boolean or null. */
  readonly value: string | number | boolean | null;
  /** The text before YAML gave it a type: `1e5`, `0x1F`, `true`. */
  readonly text: string;
  readonly references: readonly Reference[];
  /** A text without quotes that runs over several lines: often a line that lacks its colon, and so perhaps a secret. */
  readonly folded: boolean;
  /** The whole value is one substitution: then its type follows from what the schema wants. */
  readonly retypable: boolean;
  /** A substitution failed and was reported: nothing more is to be said about this value. */
  readonly failed: boolean;
}

export interface ListNode {
  readonly kind: "list";
  readonly origin: Origin;
  readonly items: readonly ConfigNode[];
}

export interface MappingEntry {
  /** Where the key stands. */
  readonly origin: Origin;
  readonly value: ConfigNode;
}

export interface MappingNode {
  readonly kind: "mapping";
  readonly origin: Origin;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

/** A value of a configuration file that remembers where it came from. Immutable. */
export type ConfigNode = ScalarNode | ListNode | MappingNode;

/** The node under one key or index. */
export function childOf(node: ConfigNode | undefined, key: string | number): ConfigNode | undefined {
  if (node?.kind === "mapping") return node.entries.get(String(key))?.value;
  if (node?.kind === "list") return node.items[Number(key)];
  return undefined;
}

/** The node at a path; undefined when there is none. */
export function nodeAt(node: ConfigNode, path: ConfigPath): ConfigNode | undefined {
  let current: ConfigNode | undefined = node;
  for (const key of path) current = childOf(current, key);
  return current;
}

/** Where to point for a path: at a value that stands on one line, at the key of anything larger or empty, at the nearest parent of what is missing. */
export function locate(root: ConfigNode, path: ConfigPath): Origin {
  let node = root;
  let origin = root.origin;
  for (const key of path) {
    const child = childOf(node, key);
    if (child === undefined) return origin;
    const keyOrigin = node.kind === "mapping" ? node.entries.get(String(key))?.origin : undefined;
    origin = isEmpty(child) || child.kind !== "scalar" ? (keyOrigin ?? child.origin) : child.origin;
    node = child;
  }
  return origin;
}

/** Where the last key of a path stands, or its nearest parent's place when it does not stand anywhere. */
export function locateKey(root: ConfigNode, path: ConfigPath): Origin {
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === "mapping" ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.origin ?? locate(root, path);
}

/** Nothing, `null` or `~` in the file. */
export function isEmpty(node: ConfigNode): boolean {
  return node.kind === "scalar" && node.value === null && node.references.length === 0 && !node.failed;
}

/** Whether a failed substitution stands at or below a node. */
export function hasFailed(node: ConfigNode | undefined): boolean {
  if (node === undefined) return false;
  if (node.kind === "scalar") return node.failed;
  if (node.kind === "list") return node.items.some(hasFailed);
  return [...node.entries.values()].some((entry) => hasFailed(entry.value));
}

/** Lays `later` over `earlier`: mappings merge key by key, everything else is replaced. An empty value over a mapping changes nothing, as `{}` would not. */
export function merge(earlier: ConfigNode, later: ConfigNode): ConfigNode {
  if (earlier.kind !== "mapping") return later;
  if (isEmpty(later)) return earlier;
  if (later.kind !== "mapping") return later;
  return mergeMappings(earlier, later);
}

/** `merge` for two mappings. */
export function mergeMappings(earlier: MappingNode, later: MappingNode): MappingNode {
  const entries = new Map(earlier.entries);
  for (const [key, entry] of later.entries) {
    const before = entries.get(key);
    entries.set(key, before === undefined ? entry : { ...entry, value: merge(before.value, entry.value) });
  }
  return { kind: "mapping", origin: later.origin, entries };
}
