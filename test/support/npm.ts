import { spawnSync } from "node:child_process";

/**
 * Runs npm in a folder and gives its standard output.
 *
 * @throws {Error} With what npm printed, when it fails.
 */
export function npm(args: readonly string[], cwd: string): string {
  // Settings of the npm that runs these tests must not leak into the one that they run.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const result = spawnSync("npm", ["--no-audit", "--no-fund", "--no-progress", ...args], {
    cwd,
    env,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.status !== 0)
    throw new Error(`npm ${args.join(" ")} failed in ${cwd}:\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}
