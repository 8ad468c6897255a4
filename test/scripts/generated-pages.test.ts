import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { errorTable } from "../../receiver/errors/error-table.ts";
import { generatedPages } from "../../scripts/generated-pages.ts";

suite("generatedPages()", () => {
  for (const [path, text] of generatedPages()) {
    test(`makes ${path} as it is; else run "npm run docs"`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }

  test("has a row for every known error", () => {
    const page = generatedPages().get("docs/errors.md") ?? "";
    for (const [code, { remedy }] of errorTable) {
      const row = page.split("\n").find((line) => line.startsWith(`| ${code} `) || line.startsWith(`| [${code}](`));
      // Markdown has its own idea of what stands in angle brackets.
      assert.ok(row?.replaceAll("&lt;", "<").includes(remedy.slice(1)), code);
    }
  });
});
