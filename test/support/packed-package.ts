import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { npm } from "./npm.ts";

/** What no copy of a checkout needs. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", "node_modules", "dist"]);
/** What of a built checkout is needed to run the command. */
const BUILT = ["bin", "dist", "package.json", "emulator/data"] as const;
const CACHE = resolve("node_modules", ".cache", "otel-o365-packed");
/** No run takes so long: what was made of other sources before nobody uses any more. */
const OLD_MS = 3_600_000;

/** What would be published of the checkout as it is. Shared with other processes: nothing may be changed in it. */
export interface PackedPackage {
  /** Path of the tarball. */
  readonly tarball: string;
  /** A folder with what it holds of code, and with the packages. */
  readonly root: string;
}

/**
 * Packs what would be published, unless a process of tests has done so since the sources were changed. It is built in a copy of the
 * checkout, because others build there meanwhile.
 */
export function packedPackage(): PackedPackage {
  const made = join(CACHE, hashOfCheckout());
  if (!existsSync(made)) {
    mkdirSync(CACHE, { recursive: true });
    removeOld();
    const unfinished = mkdtempSync(join(CACHE, "unfinished-"));
    try {
      pack(unfinished);
      publish(unfinished, made);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  const tarball = readdirSync(made).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return { tarball: join(made, tarball), root: join(made, "root") };
}

function pack(folder: string): void {
  // Not below node_modules, where Node strips no types.
  const copy = mkdtempSync(join(tmpdir(), "otel-o365-packed-"));
  try {
    cpSync(".", copy, { recursive: true, filter: isWanted });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"), "dir");
    npm(["pack", "--pack-destination", folder], copy);
    const root = join(folder, "root");
    for (const part of BUILT) cpSync(join(copy, part), join(root, part), { recursive: true });
    symlinkSync(resolve("node_modules"), join(root, "node_modules"), "dir");
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Another process may have been faster: then its result is as good. */
function publish(unfinished: string, made: string): void {
  try {
    renameSync(unfinished, made);
  } catch (error) {
    if (!existsSync(made)) throw error;
  }
}

function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - changedMs > OLD_MS) rmSync(path, { recursive: true, force: true });
  }
}

function hashOfCheckout(): string {
  const hash = createHash("sha256");
  const files = globSync("**", { exclude: (path) => !isWanted(path) });
  for (const file of files.toSorted()) {
    if (statSync(file).isFile()) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 32);
}

function isWanted(path: string): boolean {
  return !LEFT_OUT.has(basename(path));
}

/** The dependencies that a package.json names. */
export function dependenciesOf(file: string): Readonly<Record<string, string>> {
  const manifest: { readonly dependencies?: Readonly<Record<string, string>> } = JSON.parse(readFileSync(file, "utf8"));
  return manifest.dependencies ?? {};
}
