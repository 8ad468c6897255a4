import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isMap, parseDocument, type Document } from "yaml";
import type { ConfigSource } from "../../config/source.ts";
import { expand } from "../load-files.ts";

/** Where the integrations of a collector are, and what else its configuration consists of. */
export interface IntegrationFolder {
  /** Holds a YAML file for each integration. May not exist yet. */
  readonly directory: string;
  /** The other configuration files and folders, in the order given. */
  readonly files: readonly string[];
}

/** Name of the folder where nothing says otherwise: beside the first configuration file. */
export const DEFAULT_DIRECTORY = "integrations.d";

/** The folder that `--directory` names, else the last folder among the `--config` paths, else the default one. */
export function findFolder(paths: readonly string[], directory: string | undefined): IntegrationFolder {
  const chosen =
    directory ?? paths.findLast(looksLikeFolder) ?? join(dirname(paths[0] ?? DEFAULT_DIRECTORY), DEFAULT_DIRECTORY);
  return { directory: chosen, files: paths.filter((path) => resolve(path) !== resolve(chosen)) };
}

function looksLikeFolder(path: string): boolean {
  return existsSync(path) ? statSync(path).isDirectory() : /[/\\]$|\.d$/.test(path);
}

/** Another content of a file than the one on the disk; undefined: the file is gone. */
export type Changes = ReadonlyMap<string, string | undefined>;

/** What the collector's configuration consists of, after some changes in the folder. */
export function sourcesOf(
  { directory, files }: IntegrationFolder,
  changes: Changes = new Map(),
): readonly ConfigSource[] {
  const others = files.flatMap(expand).map((path): ConfigSource => ({ path }));
  const paths = [...new Set([...yamlFiles(directory), ...changes.keys()])].toSorted();
  const own = paths.flatMap((path): readonly ConfigSource[] => {
    if (!changes.has(path)) return [{ path }];
    const text = changes.get(path);
    return text === undefined ? [] : [{ path, text }];
  });
  return [...others, ...own];
}

function yamlFiles(directory: string): readonly string[] {
  return existsSync(directory) && readdirSync(directory).length > 0
    ? expand(directory).filter((path) => path !== directory)
    : [];
}

/** A receiver as it stands in a file of the folder. */
export interface Definition {
  readonly path: string;
  readonly document: Document;
  /** It is all that the file holds, and the file is named after it. */
  readonly isOwnFile: boolean;
}

/** Finds the file of the folder that defines a receiver; undefined when none does. */
export function findDefinition({ directory }: IntegrationFolder, id: string): Definition | undefined {
  for (const path of yamlFiles(directory)) {
    const document = parseDocument(readFileSync(path, "utf8"));
    const receivers = document.get("receivers");
    if (!isMap(receivers) || !receivers.has(id)) continue;
    const isAlone = receivers.items.length === 1 && isMap(document.contents) && document.contents.items.length === 1;
    return { path, document, isOwnFile: isAlone && basename(path) === fileNameOf(id) };
  }
  return undefined;
}

/** `contoso.yaml` for `o365/contoso`. */
export function fileNameOf(id: string): string {
  return `${id.slice(id.indexOf("/") + 1)}.yaml`;
}
