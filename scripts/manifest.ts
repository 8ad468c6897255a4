import { readFileSync } from "node:fs";

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Every file that `exports` names, relative to the root. */
  readonly entryPoints: readonly string[];
}

/** What scripts need to know of package.json. */
export const manifest: Manifest = read();

function read(): Manifest {
  const content: unknown = JSON.parse(readFileSync("package.json", "utf8"));
  if (!isObject(content) || typeof content["version"] !== "string") throw new TypeError("package.json has no version");
  if (typeof content["name"] !== "string") throw new TypeError("package.json has no name");
  return { name: content["name"], version: content["version"], entryPoints: targets(content["exports"]) };
}

function targets(node: unknown): readonly string[] {
  if (typeof node === "string") return [node.replace(/^\.\//, "")];
  return isObject(node) ? Object.values(node).flatMap(targets) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
