import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { npm } from "./npm.ts";

const BINARY = process.platform === "win32" ? "node.exe" : "node";
const CACHE = resolve("node_modules", ".cache", "otel-o365-node");
const found = new Map<number, string>();

/**
 * Path of a Node binary of the given major version: the one that runs this, the one that is installed on this machine, or else the npm
 * package `node`, installed on first use.
 */
export function nodeBinary(major: number): string {
  const binary =
    found.get(major) ?? [process.execPath, ...onPath()].find((each) => isMajor(each, major)) ?? installedBinary(major);
  found.set(major, binary);
  return binary;
}

/** npm puts the folder of the pinned one first: the others are looked at as well. */
function onPath(): readonly string[] {
  const folders = new Set(process.env["PATH"]?.split(delimiter));
  return [...folders].map((folder) => join(folder, BINARY)).filter((path) => existsSync(path));
}

function installedBinary(major: number): string {
  const folder = join(CACHE, String(major));
  const binary = join(folder, "node_modules", "node", "bin", BINARY);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
    npm(["install", "--no-save", "--no-package-lock", "--prefer-offline", `node@${major}`], folder);
  }
  if (!isMajor(binary, major)) throw new Error(`Cannot use ${binary}: it is not Node ${major}`);
  return binary;
}

function isMajor(binary: string, major: number): boolean {
  const { stdout } = spawnSync(binary, ["-p", "process.versions.node"], { encoding: "utf8" });
  return stdout?.startsWith(`${major}.`) ?? false;
}
