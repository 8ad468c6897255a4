import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The command as it is published, in a folder of its own: `bin/`, `dist/` and the packages. */
export interface BuiltPackage {
  readonly root: string;
  remove(): void;
}

/** Compiles the sources. Not into the checkout's `dist/`, which other tests make and remove meanwhile. */
export function buildPackage(): BuiltPackage {
  const root = mkdtempSync(join(tmpdir(), "otel-o365-built-"));
  const compiler = join("node_modules", ".bin", "tsc");
  const args = ["-p", "tsconfig.build.json", "--outDir", join(root, "dist")];
  const { status, stdout, stderr } = spawnSync(compiler, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot build: the compiler ended with ${status}\n${stdout}${stderr}`);
  for (const part of ["bin", "package.json", "emulator/data"]) {
    cpSync(part, join(root, part), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(root, "node_modules"), "dir");
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
