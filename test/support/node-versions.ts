import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { npm } from "./npm.ts";

const CACHE = resolve("node_modules", ".cache", "otel-o365-node");

/** Path of a Node binary of the given major version, installed from the npm package `node` on first use. */
export function nodeBinary(major: number): string {
  const folder = join(CACHE, String(major));
  const binary = join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
    npm(["install", "--no-save", "--no-package-lock", "--prefer-offline", `node@${major}`], folder);
  }
  const version = execFileSync(binary, ["--version"], { encoding: "utf8" });
  if (!version.startsWith(`v${major}.`))
    throw new Error(`Cannot use ${binary}: it is Node ${version.trim()}, not ${major}`);
  return binary;
}
