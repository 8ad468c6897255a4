import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compileLinearRegex, type LinearRegex } from "../../collector/linear-regex.ts";

function compiled(pattern: string): LinearRegex {
  const regex = compileLinearRegex(pattern);
  if ("fault" in regex) throw new Error(regex.fault);
  return regex;
}

suite("compileLinearRegex()", () => {
  test("finds a pattern anywhere, with Unicode and flags", () => {
    assert.equal(compiled("b+c").test("aabbcc"), true);
    assert.equal(compiled("^b").test("ab"), false);
    assert.equal(compiled("(?i)ZOË").test("zoë@contoso.example"), true);
    assert.equal(compiled(String.raw`\p{Greek}`).test("abγ"), true);
  });

  test("takes patterns that stall a backtracking engine in its stride, match or not", () => {
    const text = `${"a".repeat(50_000)}!`;
    assert.equal(compiled("^(a+)+$").test(text), false);
    assert.equal(compiled("(a|aa)+$").test(text), false);
    assert.equal(compiled("(.*)(.*)(.*)(.*)[x]").test(text), false);
    assert.deepEqual(compiled("(a+)+!").matches(text), [{ start: 0, text }]);
  });

  test("matches() gives every match with its place, and no empty one", () => {
    assert.deepEqual(compiled(String.raw`[\w.]+@[\w.]+`).matches("😀 a@b.c, Zoë, d@e.f"), [
      { start: 3, text: "a@b.c" },
      { start: 15, text: "d@e.f" },
    ]);
    assert.deepEqual(compiled("x*").matches("axxb"), [{ start: 1, text: "xx" }]);
    assert.deepEqual(compiled("y").matches("axxb"), []);
  });

  test("says what is wrong with a pattern", () => {
    assert.deepEqual(compileLinearRegex("a("), { fault: "missing closing ): `a(`" });
    assert.deepEqual(compileLinearRegex(String.raw`(a)\1`), { fault: String.raw`invalid escape sequence: ${"`\\1`"}` });
    assert.match(JSON.stringify(compileLinearRegex("a{1,100000}")), /invalid repeat count/);
  });
});
