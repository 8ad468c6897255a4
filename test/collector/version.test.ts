import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { version } from "../../collector/version.ts";

suite("version", () => {
  test("is that of package.json", () => {
    assert.equal(version, JSON.parse(readFileSync("package.json", "utf8")).version);
  });
});
