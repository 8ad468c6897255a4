import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatAge, textTable, wrap } from "../../../collector/cli/text-table.ts";

suite("formatAge()", () => {
  const rows: readonly (readonly [number, string])[] = [
    [-5, "0s"],
    [999, "0s"],
    [41_999, "41s"],
    [125_000, "2m"],
    [3_600_000, "1h"],
    [11_520_000, "3h12m"],
    [90_000_000, "1d1h"],
  ];
  for (const [ms, expected] of rows) test(`makes ${expected} of ${ms} ms`, () => assert.equal(formatAge(ms), expected));
});

suite("textTable()", () => {
  test("aligns the first column to the left and the others to the right", () => {
    assert.deepEqual(
      textTable([
        ["name", "n"],
        ["a", "100"],
      ]),
      ["name    n", "a     100"],
    );
  });
});

suite("wrap()", () => {
  test("breaks at spaces and leaves longer words whole", () => {
    assert.deepEqual(wrap("aa bb ccccccc d", 5), ["aa bb", "ccccccc", "d"]);
  });
});
