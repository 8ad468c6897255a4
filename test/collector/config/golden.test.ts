import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { loadConfig } from "../../../collector/config/load.ts";
import { formatProblem } from "../../../collector/config/problem.ts";
import { fakeRegistry } from "./fake-registry.ts";

// Each file is named by its fault and ends with the exact problems expected of it, in comments. UPDATE_GOLDEN=1 writes them anew.
const folder = join(import.meta.dirname, "golden");
const env = { ID: "1e5", EMPTY: "", NULL: "null", CONFIDENTIAL: "topsecret" };
const EXPECTATION = /^# expect: (.*)$/gm;

function readFile(path: string): string {
  if (path === "/secret") return "filesecret\n";
  throw Object.assign(new Error("no such file"), { code: "ENOENT" });
}

function problemsOf(text: string): readonly string[] {
  const source = { path: "file.yaml", text };
  const { config, problems } = loadConfig([source], fakeRegistry, { env, readFile, nowMs: 5, offlineChecks: true });
  const failed = problems.some((problem) => problem.severity === "error");
  assert.equal(config === undefined, failed, "there is a configuration exactly when there is no error");
  return problems.map(formatProblem);
}

suite("loadConfig() reports exactly what is wrong with", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  assert.ok(names.length >= 40, "the golden files are there");
  for (const name of names) {
    test(name, () => {
      const path = join(folder, name);
      const text = readFileSync(path, "utf8");
      const yaml = text.replaceAll(/^# expect: .*\n/gm, "");
      const problems = problemsOf(yaml);
      if (process.env["UPDATE_GOLDEN"] === "1") {
        writeFileSync(path, yaml + problems.map((line) => `# expect: ${line}\n`).join(""));
        return;
      }
      assert.deepEqual(
        problems,
        [...text.matchAll(EXPECTATION)].map((match) => match[1]),
      );
      assert.doesNotMatch(problems.join("\n"), /hunter2|topsecret|filesecret/);
    });
  }
});
