// Compiles what is published into dist/: ESM with type declarations. Node strips no types below node_modules, so a
// package cannot ship its sources.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { manifest } from "./manifest.ts";

const ROOMS = ["collector", "receiver", "processors", "exporters", "extensions", "emulator"];

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync(join("node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], { stdio: "inherit" });
if (status === 0) for (const room of ROOMS) await writeEntry(room);
const missing = [...manifest.entryPoints, "dist/collector/cli/main.js"].filter((file) => !existsSync(file));
if (status !== 0) {
  console.error("Cannot build: the compiler found errors; see above");
  process.exitCode = 1;
} else if (missing.length > 0) {
  console.error(`Cannot build: package.json exports files that were not made: ${missing.join(", ")}`);
  process.exitCode = 1;
} else {
  console.log(`dist/ holds version ${manifest.version}`);
}

/**
 * Writes the module that Node loads for an entry point. It looks at Node's version before it loads anything: an old
 * Node would fail on a missing export somewhere inside, before the first line of an ordinary module runs. `require` is
 * what loads an ES module in the midst of another without waiting. Bundlers take the compiled module itself.
 */
async function writeEntry(room: string): Promise<void> {
  const module: object = await import(pathToFileURL(join("dist", room, "index.js")).href);
  const lines = [
    'import { createRequire } from "node:module";',
    "",
    'const [major, minor] = process.versions.node.split(".").map(Number);',
    "if (major < 22 || (major === 22 && minor < 19)) {",
    "  throw new Error(`Cannot load otel-o365: this is Node ${process.versions.node}; use Node 22.19 or newer`);",
    "}",
    `const api = createRequire(import.meta.url)("../${room}/index.js");`,
    ...Object.keys(module).map((name) => `export const ${name} = api.${name};`),
  ];
  mkdirSync(join("dist", "entry"), { recursive: true });
  writeFileSync(join("dist", "entry", `${room}.js`), `${lines.join("\n")}\n`);
}
