import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";

const PAGE = "docs/testing.md";
const ROW = /^\|(?<item>[^|]*)\| \[[^\]]+\]\((?<file>[^)]+)\) \| (?<name>[^|]+) \|$/;

interface Row {
  readonly item: string;
  readonly file: string;
  readonly name: string;
}

/** The rows of the table; one without an item is about that of the row before. */
function rows(): readonly Row[] {
  const section = readFileSync(PAGE, "utf8").split("\n## What broke others\n")[1]?.split("\n## ")[0] ?? "";
  const found: Row[] = [];
  for (const line of section.split("\n").filter((one) => one.startsWith("|"))) {
    const { item = "", file = "", name = "" } = ROW.exec(line)?.groups ?? {};
    if (file === "") continue;
    found.push({ item: item.trim() || (found.at(-1)?.item ?? ""), file: join("docs", file), name: name.trim() });
  }
  return found;
}

/** What a test file calls its tests, as it is written there: names of cases as well, which tests are made of. */
function says(source: string, name: string): boolean {
  return name
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .every((part) => source.includes(part));
}

suite(`The table of what broke others in ${PAGE}`, () => {
  test("has a row for every line of it that is meant as one", () => {
    const lines = readFileSync(PAGE, "utf8")
      .split("\n## What broke others\n")[1]
      ?.split("\n")
      .filter((line) => line.startsWith("|"));
    // Two for the head.
    assert.equal(rows().length, (lines?.length ?? 0) - 2);
    assert.ok(rows().length > 40);
  });

  for (const { item, file, name } of rows()) {
    test(`names a test that exists for "${item}" in ${file}`, () => {
      assert.ok(existsSync(file), file);
      assert.ok(says(readFileSync(file, "utf8"), name), `${file} has no test "${name}"`);
    });
  }
});
