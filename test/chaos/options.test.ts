import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseOptions } from "../../chaos/options.ts";

suite("parseOptions()", () => {
  const cases = [
    { args: [], expected: { seed: 7, durationMs: 60_000 } },
    { args: ["--seed", "0", "--minutes", "0.5"], expected: { seed: 0, durationMs: 30_000 } },
    { args: ["--seconds", "8"], expected: { seed: 7, durationMs: 8000 } },
    { args: ["--help"], expected: "help" },
  ] as const;
  for (const { args, expected } of cases) {
    test(`reads ${JSON.stringify(args)}`, () => {
      assert.deepEqual(parseOptions(args, 7), expected);
    });
  }

  const mistakes = [
    { args: ["--seed", "x"], message: /--seed x: it is no whole number/ },
    { args: ["--seed", "4294967296"], message: /it is no whole number from 0 to 4294967295/ },
    { args: ["--minutes", "0"], message: /--minutes 0: a run lasts from a second/ },
    { args: ["--seconds", "soon"], message: /--seconds soon/ },
    { args: ["--seconds", "5", "--minutes", "1"], message: /give one of them/ },
    { args: ["--hours", "1"], message: /hours/ },
  ];
  for (const { args, message } of mistakes) {
    test(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => parseOptions(args, 7), message);
    });
  }
});
