import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Version of this package, from its `package.json`, which is a different number of folders up in sources and in dist. */
export const version: string = findVersion(import.meta.dirname);

function findVersion(directory: string): string {
  const found = ownVersion(join(directory, "package.json"));
  if (found !== undefined) return found;
  const parent = dirname(directory);
  return parent === directory ? "unknown" : findVersion(parent);
}

function ownVersion(path: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
  if (typeof content !== "object" || content === null || !("name" in content) || !("version" in content))
    return undefined;
  return content.name === "otel-o365" && typeof content.version === "string" ? content.version : undefined;
}
