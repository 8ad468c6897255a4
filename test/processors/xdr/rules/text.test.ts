import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { flag, plainText, trimmed } from "../../../../processors/xdr/rules/text.ts";

suite("trimmed()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    [" a b ", "a b"],
    ["é", "é"],
    ["a\u200b", "a"],
    ["\u200b \u2060a\u200b \u200b", "a"],
    ["\u200b", ""],
    ["a\u200bb é", "a\u200bb é"],
    ["\ufeffa", "a"],
  ];
  for (const [text, expected] of cases) {
    test(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(trimmed(text), expected);
    });
  }

  test("reads long runs of what is not seen once", () => {
    const text = `é${"\u200b".repeat(1_000_000)}é`;
    assert.equal(trimmed(text), text);
  });
});

suite("plainText()", () => {
  for (const text of ["<null>", "__NULL__", "Not Available", "unknown", " (null) "]) {
    test(`finds nothing in ${JSON.stringify(text)}`, () => {
      assert.equal(plainText(text), undefined);
    });
  }

  test("keeps text that only begins like a word for nothing", () => {
    assert.equal(plainText("__NULL__ & sons"), "__NULL__ & sons");
  });

  test("finds nothing in characters without width", () => {
    assert.equal(plainText("\u200b \u200b"), undefined);
  });
});

suite("flag()", () => {
  for (const [value, expected] of [
    [true, true],
    [" True ", true],
    [false, undefined],
    ["False", undefined],
    [1, undefined],
    [null, undefined],
  ] as const) {
    test(`gives ${String(expected)} for ${JSON.stringify(value)}`, () => {
      assert.equal(flag(value), expected);
    });
  }
});
