import { spawnSync } from "node:child_process";

/** What npm printed as JSON, whatever its exit code: `npm audit` ends with 1 when it has something to tell. */
export function npmJson(args: readonly string[]): unknown {
  const { stdout, stderr, error } = spawnSync("npm", args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    const seen = (error?.message ?? stderr).trim() || "it printed no JSON";
    throw new Error(`Cannot run npm ${args.join(" ")}: ${seen}; npm 10 or newer is needed`, { cause });
  }
}
