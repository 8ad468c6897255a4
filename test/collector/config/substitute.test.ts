import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { z } from "zod";
import { materialize } from "../../../collector/config/materialize.ts";
import { ProblemList } from "../../../collector/config/problem.ts";
import { substitute } from "../../../collector/config/substitute.ts";
import { parseYaml } from "../../../collector/config/yaml.ts";

const env = {
  DIGITS: "123",
  EXPONENT: "1e5",
  BOOLEAN: "true",
  NULL: "null",
  EMPTY: "",
  HEX: "0x1F",
  LIST: "[a, b]",
  QUOTED: '"7"',
  DOLLAR: "a${env:DIGITS}$$b",
  HOST: "siem.example",
};
const files: Readonly<Record<string, string>> = { "/token": "abc\n", "/two": "a\n\n", "/windows": "abc\r\n" };

function resolve(yaml: string, schema: z.ZodType): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems = new ProblemList();
  const parsed = parseYaml(`key: ${yaml}\n`, "file.yaml", problems);
  assert.ok(parsed);
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error("no such file");
    return text;
  };
  const node = substitute(parsed, { env, readFile }, problems);
  const value = materialize(node, [z.object({ key: schema })]);
  return { value: Reflect.get(Object(value), "key"), problems: problems.sorted([]).map((problem) => problem.message) };
}

suite("substitute() and materialize()", () => {
  const text = z.string().min(1).describe("a text");
  const optionalText = text.optional();
  const number = z.int().default(3);
  const either = z.union([z.number(), z.string()]);
  const cases: readonly (readonly [name: string, yaml: string, schema: z.ZodType, expected: unknown])[] = [
    ["digits where a text is asked for", "${env:DIGITS}", text, "123"],
    ["digits where a number is asked for", "${env:DIGITS}", number, 123],
    ["digits in quotes where a number is asked for", '"${env:DIGITS}"', number, 123],
    ["an exponent where a text is asked for", "${env:EXPONENT}", text, "1e5"],
    ["an exponent where a number is asked for", "${env:EXPONENT}", number, 100_000],
    ["a hexadecimal number", "${env:HEX}", number, 31],
    ["a boolean where a text is asked for", "${env:BOOLEAN}", optionalText, "true"],
    ["a boolean where a boolean is asked for", "${env:BOOLEAN}", z.boolean(), true],
    ["null where a text is asked for", "${env:NULL}", optionalText, "null"],
    ["nothing where a text is asked for", "${env:EMPTY}", optionalText, ""],
    ["nothing where a number is asked for", "${env:EMPTY}", number, undefined],
    ["an option that looks like a number", "${env:DIGITS}", z.enum(["123", "456"]), "123"],
    ["digits where both are accepted", "${env:DIGITS}", either, 123],
    ["digits where anything is accepted", "${env:DIGITS}", z.unknown(), 123],
    ["a text behind a transform", "${env:DIGITS}", text.transform((value) => value.length), "123"],
    ["a text behind a preprocessing step", "${env:DIGITS}", z.preprocess((value) => value, text), "123"],
    ["a text in a list", '["${env:DIGITS}"]', z.array(text), ["123"]],
    ["a text in a record", '{a: "${env:DIGITS}"}', z.record(z.string(), text), { a: "123" }],
    ["a text in one branch of a union", '{a: "${env:DIGITS}"}', z.union([z.object({ a: text }), text]), { a: "123" }],
    ["digits inside a longer text", "a-${env:DIGITS}", number, "a-123"],
    ["several in one text", "${env:HOST}:${env:DIGITS}", text, "siem.example:123"],
    ["a list, which stays text", "${env:LIST}", z.array(text), "[a, b]"],
    ["a quoted number, which stays text", "${env:QUOTED}", number, '"7"'],
    ["a value with substitutions of its own, untouched", "${env:DOLLAR}", text, "a${env:DIGITS}$$b"],
    ["a bare name, as in the Collector", "${DIGITS}", number, 123],
    ["a default", "${env:NOPE:-8}", number, 8],
    ["an empty default", "${env:NOPE:-}", text, ""],
    ["a default with colons", "${env:NOPE:-http://a:-b}", text, "http://a:-b"],
    ["a default that is not needed", "${env:DIGITS:-8}", number, 123],
    ["a file without its last line break", "${file:/token}", text, "abc"],
    ["a file without one of two line breaks", "${file:/two}", text, "a\n"],
    ["a file with Windows line ends", "${file:/windows}", text, "abc"],
    ["a doubled dollar sign", "a$$b$$$${env:X}", text, "a$b$${env:X}"],
    ["a lone dollar sign", "a$b$", text, "a$b$"],
    ["a plain number", "5", number, 5],
    ["an empty value where a mapping is asked for", "", z.object({}).optional(), {}],
    ["an empty value elsewhere", "", optionalText, undefined],
    ["an empty value where null is accepted", "", z.number().nullable(), null],
  ];
  for (const [name, yaml, schema, expected] of cases) {
    test(`yield the right value for ${name}`, () => {
      assert.deepEqual(resolve(yaml, schema), { value: expected, problems: [] });
    });
  }

  test("report every fault in a text", () => {
    const { problems } = resolve("${env:A} ${yaml:b} ${file:/nope} ${env:C", text);
    assert.equal(problems.length, 4);
  });

  test("do not quote what may be a part of a password", () => {
    for (const yaml of ["pa${hunter2}x", "pa${hunter2:x}", "pa${hunter2", "${x${hunter2}", "pa${env:hunter2-}"]) {
      const { problems } = resolve(yaml, text);
      assert.equal(problems.length, 1, yaml);
      assert.doesNotMatch(problems.join(), /hunter2/);
    }
  });

  test("do not find a variable on Object.prototype", () => {
    assert.equal(resolve("${env:constructor}", text).problems.length, 1);
  });
});
