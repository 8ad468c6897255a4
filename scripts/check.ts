// Type check, lint (with a canary that must fail) and format check. `npm run check -- --fix` formats first.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const bin = (name: string): string => join("node_modules", ".bin", name);

const CANARY = "test/lint-canary";

function run(title: string, command: string, args: readonly string[]): boolean {
  const started = Date.now();
  const result = spawnSync(command, args, { stdio: "inherit" });
  const ok = result.status === 0;
  console.log(`${ok ? "ok  " : "FAIL"} ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return ok;
}

/** The canary holds one fault of each kind that the linter must see; a linter that passes it sees nothing. */
function canary(): boolean {
  const expected = ["no-floating-promises", "no-misused-promises", "no-explicit-any"];
  const result = spawnSync(bin("oxlint"), ["--type-aware", CANARY], {
    encoding: "utf8",
  });
  const missed = expected.filter((rule) => !result.stdout.includes(rule));
  const ok = result.status !== 0 && missed.length === 0;
  console.log(ok ? "ok   lint canary" : `FAIL lint canary: exit ${result.status}, not reported: ${missed.join(", ")}`);
  return ok;
}

if (process.argv.includes("--fix")) run("format", bin("oxfmt"), []);
const results = [
  run("types", bin("tsc"), ["-p", "tsconfig.json"]),
  run("lint", bin("oxlint"), ["--type-aware", "--deny-warnings", "--ignore-pattern", CANARY]),
  canary(),
  run("format", bin("oxfmt"), ["--check"]),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
