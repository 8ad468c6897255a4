import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { pickForm, writeArray, writeInForm, type Form } from "../../../emulator/content/form.ts";
import { Random } from "../../../emulator/content/random.ts";

const PLAIN: Form = {
  indent: "",
  newline: "\n",
  colon: ":",
  comma: ",",
  slashes: false,
  unicode: false,
  letters: 0,
  numbers: 0,
};

suite("writeInForm()", () => {
  const cases: readonly {
    readonly name: string;
    readonly form: Partial<Form>;
    readonly text: string;
    readonly expected: string;
  }[] = [
    {
      name: "keeps a plain text",
      form: {},
      text: '{"a":[1,{"b":"c/d"}],"e":{}}',
      expected: '{"a":[1,{"b":"c/d"}],"e":{}}',
    },
    {
      name: "indents",
      form: { indent: "  ", colon: ": " },
      text: '{"a":[1,[]],"b":{}}',
      expected: '{\n  "a": [\n    1,\n    []\n  ],\n  "b": {}\n}',
    },
    { name: "takes white space out", form: {}, text: '{ "a" : [ 1 ] }', expected: '{"a":[1]}' },
    {
      name: "escapes slashes once",
      form: { slashes: true },
      text: String.raw`["a/b\/c\\/"]`,
      expected: String.raw`["a\/b\/c\\\/"]`,
    },
    {
      name: "escapes what is not ASCII",
      form: { unicode: true },
      text: '["ü<😀"]',
      expected: String.raw`["\u00fc\u003c\ud83d\ude00"]`,
    },
    {
      name: "leaves escapes alone",
      form: { unicode: true, letters: 1 },
      text: String.raw`["\n\u0041\\"]`,
      expected: String.raw`["\n\u0041\\"]`,
    },
    {
      name: "keeps integers beyond 2^53",
      form: { numbers: 1 },
      text: "[12345678901234567890]",
      expected: "[12345678901234567890]",
    },
    { name: "keeps repeated keys", form: {}, text: '{"a":1,"a":2}', expected: '{"a":1,"a":2}' },
    { name: "keeps fractions and exponents", form: { numbers: 1 }, text: "[1.5,-2E3]", expected: "[1.5,-2E3]" },
  ];
  for (const { name, form, text, expected } of cases) {
    test(name, () => {
      assert.equal(writeInForm(text, { ...PLAIN, ...form }, new Random(1)), expected);
    });
  }

  test("writes integers in other spellings of the same value", () => {
    const out = writeInForm("[1,15,-3,0]", { ...PLAIN, numbers: 1 }, new Random(1));
    assert.deepEqual(JSON.parse(out), [1, 15, -3, 0]);
    assert.notEqual(out, "[1,15,-3,0]");
  });

  test("never changes what a text says", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer(), (value, seed) => {
        const random = new Random(seed);
        const text = JSON.stringify(value);
        assert.deepEqual(JSON.parse(writeInForm(text, pickForm(random), random)), JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test("gives the same text for the same seed", () => {
    const write = (): string => {
      const random = new Random(7, "record");
      return writeInForm('{"a":"x/y ü","b":[1,2,3]}', pickForm(random), random);
    };
    assert.equal(write(), write());
  });
});

suite("writeArray()", () => {
  test("keeps each text as it is, in white space that varies", () => {
    const texts = ['{"a": 1}', '{"b":"]"}'];
    const arrays = new Set(Array.from({ length: 40 }, (_, seed) => writeArray(texts, new Random(seed))));
    assert.ok(arrays.size >= 4);
    for (const array of arrays) {
      assert.deepEqual(JSON.parse(array), [{ a: 1 }, { b: "]" }]);
      for (const text of texts) assert.ok(array.includes(text));
    }
  });
});
