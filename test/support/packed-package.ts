import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { npm } from "./npm.ts";

/** What no copy of a checkout needs. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", "node_modules", "dist"]);

/**
 * Packs what would be published into a folder, and returns the path of the tarball. It is built in a copy of the checkout,
 * because other tests build there meanwhile.
 */
export function packPackage(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "otel-o365-packed-"));
  try {
    cpSync(".", copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"), "dir");
    npm(["pack", "--pack-destination", folder], copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return join(folder, tarball);
}

/** The dependencies that a package.json names. */
export function dependenciesOf(file: string): Readonly<Record<string, string>> {
  const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(readFileSync(file, "utf8"));
  return manifest.dependencies ?? {};
}
