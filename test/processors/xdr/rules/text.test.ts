import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  flag,
  guidOf,
  isFiller,
  isGuid,
  isHex,
  lowerGuid,
  plainText,
  trimmed,
} from "../../../../processors/xdr/rules/text.ts";

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

const GUID = "7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe";

suite("guidOf()", () => {
  for (const text of [GUID, GUID.toUpperCase(), "7DCCACB0-c3ff-4b02-964b-dd04c5a8f9fe"]) {
    test(`gives ${text} in lower case`, () => {
      assert.equal(guidOf(text), GUID);
      assert.equal(isGuid(text), true);
    });
  }

  const others = [
    "",
    GUID.slice(1),
    `${GUID}0`,
    ` ${GUID.slice(1)}`,
    `{${GUID}}`,
    GUID.replaceAll("-", ""),
    GUID.replaceAll(/[^-]/g, "-"),
    GUID.replace("7", "-"),
    GUID.replace("7", "g"),
    // Characters whose last seven bits are those of a digit and of a hyphen.
    GUID.replace("7", "\u00b7"),
    GUID.replace("7", "\u0137"),
    GUID.replace("-", "\u00ad"),
    GUID.replace("e", "\u1e65"),
  ];
  for (const text of others) {
    test(`finds none in ${JSON.stringify(text)}`, () => {
      assert.equal(guidOf(text), undefined);
      assert.equal(isGuid(text), false);
    });
  }

  test("looks at every character", () => {
    for (let at = 0; at < GUID.length; at += 1) {
      assert.equal(guidOf(`${GUID.slice(0, at)}x${GUID.slice(at + 1)}`), undefined, `at ${at}`);
    }
  });
});

suite("lowerGuid()", () => {
  for (const [value, expected] of [
    [GUID.toUpperCase(), GUID],
    [` ${GUID.toUpperCase()} `, GUID],
    ["Not a GUID", "Not a GUID"],
    ["00000000-0000-0000-0000-000000000000", undefined],
    [5, "5"],
    [null, undefined],
  ] as const) {
    test(`gives ${String(expected)} for ${JSON.stringify(value)}`, () => {
      assert.equal(lowerGuid(value), expected);
    });
  }
});

suite("isHex()", () => {
  for (const [text, expected] of [
    ["10032002643f6746", true],
    ["10032002643F6746", true],
    ["", false],
    ["1003200g", false],
    ["100320\u00b1", false],
  ] as const) {
    test(`is ${expected} for ${JSON.stringify(text)}`, () => {
      assert.equal(isHex(text), expected);
    });
  }
});

suite("isFiller()", () => {
  for (const [text, expected] of [
    ["", true],
    ["N/A", true],
    ["n/a", true],
    ["__Null__", true],
    ["UNDEFINED", true],
    ["00000000-0000-0000-0000-000000000000", true],
    ["0000", false],
    ["null.", false],
    ["Ulla", false],
    ["not known yet", false],
    ["\u00ff", false],
  ] as const) {
    test(`is ${expected} for ${JSON.stringify(text)}`, () => {
      assert.equal(isFiller(text), expected);
    });
  }
});
