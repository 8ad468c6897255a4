import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { factories } from "../../collector/components.ts";

/** `checkExporterContract("file"`: the first word is the component's type. */
const CALL = /^ *check(Receiver|Processor|Exporter|Extension)Contract\(\s*"([a-z0-9_]+)[" ]/gm;

const checked = new Set(
  globSync("test/**/*.test.ts").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(CALL)].map((match) => `${match[1]?.toLowerCase()} ${match[2]}`),
  ),
);

suite("contract checkers", () => {
  for (const { kind, type } of factories)
    test(`are run for the ${type} ${kind}`, () => {
      assert.ok(checked.has(`${kind} ${type}`), `no test calls the ${kind} contract checker with "${type}"`);
    });
});
