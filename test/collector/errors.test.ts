import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeError } from "../../collector/errors.ts";

suite("describeError()", () => {
  const cases = [
    { name: "the chain of causes", error: new Error("a", { cause: new Error("b") }), expected: "a: b" },
    {
      name: "nothing twice",
      error: new Error("cannot x: b; do y", { cause: new Error("b") }),
      expected: "cannot x: b; do y",
    },
    {
      name: "no time-out of our own as a cause",
      error: new Error("no answer within 10s", { cause: new DOMException("The operation timed out", "TimeoutError") }),
      expected: "no answer within 10s",
    },
    {
      name: "a time-out that nobody explained",
      error: new DOMException("timed out", "TimeoutError"),
      expected: "timed out",
    },
    {
      name: "a code where there is no text",
      error: Object.assign(new AggregateError([new Error("x")]), { code: "ECONNREFUSED" }),
      expected: "ECONNREFUSED",
    },
    {
      name: "errors that were collected",
      error: new AggregateError([new Error("x"), new Error("y")]),
      expected: "x, y",
    },
    { name: "what is no error", error: { a: 1 }, expected: "{ a: 1 }" },
  ] as const;
  for (const { name, error, expected } of cases) {
    test(`gives ${name}`, () => assert.equal(describeError(error), expected));
  }
});
