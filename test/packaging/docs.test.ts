import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { suite, test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..");
/** What npm packs whatever `files` says. */
const ALWAYS = ["README.md", "LICENSE", "package.json"];

const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: readonly string[] };

function isPacked(path: string): boolean {
  const names = [...ALWAYS, ...files];
  return names.some((name) => path === name || path.startsWith(`${name}/`) || matchesGlob(path, name));
}

/** Pages that a page leads to. Code that one mentions is for readers of the checkout. */
function pagesBehind(page: string): readonly string[] {
  const links = readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:)([^)#\s]+\.md)(?:#[^)]*)?\)/gu);
  return [...links].map(([, link = ""]) => relative(ROOT, join(ROOT, dirname(page), link)));
}

suite("the package", () => {
  test("holds every page that its pages and messages lead to", () => {
    const pages = globSync("**/*.md", { cwd: ROOT, exclude: ["node_modules", "dist", "test"] }).filter(isPacked);
    assert.ok(pages.length > 30, pages.join());
    const missing = pages.flatMap((page) =>
      pagesBehind(page)
        .filter((link) => !existsSync(join(ROOT, link)) || !isPacked(link))
        .map((link) => `${page} leads to ${link}`),
    );
    assert.deepEqual(missing, []);
    assert.ok(isPacked("docs/ledger.md") && isPacked("receiver/README.md"));
  });
});
