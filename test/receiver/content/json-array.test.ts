import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { JsonArrayScanner, type ArrayFault } from "../../../receiver/content/json-array.ts";

interface Scan {
  readonly elements: readonly string[];
  readonly fault: ArrayFault | undefined;
  readonly remainder: string;
}

function scan(text: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): Scan {
  const bytes = Buffer.from(text);
  const elements: string[] = [];
  const scanner = new JsonArrayScanner((start, end) => elements.push(bytes.toString("utf8", start, end)));
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.subarray(at, at + chunkBytes));
  const remainder = scanner.fault === undefined ? "" : bytes.toString("utf8", scanner.remainderStart);
  return { elements, fault: scanner.fault, remainder };
}

suite("JsonArrayScanner", () => {
  const whole: readonly { name: string; text: string; elements: readonly string[] }[] = [
    { name: "an empty array", text: "[]", elements: [] },
    { name: "white space everywhere", text: ' \r\n[\t{"a" : 1} ,\n {"b":2}\n] \n', elements: ['{"a" : 1}', '{"b":2}'] },
    { name: "a byte order mark", text: '\uFEFF[{"a":1}]', elements: ['{"a":1}'] },
    { name: "nesting", text: '[{"a":[{"b":[[]]}]},[1,[2]]]', elements: ['{"a":[{"b":[[]]}]}', "[1,[2]]"] },
    { name: "structure inside strings", text: '[{"a":"]},{["},{"b":","}]', elements: ['{"a":"]},{["}', '{"b":","}'] },
    {
      name: "escapes",
      text: String.raw`[{"a":"\\"},{"b":"\"}"},{"c":"\\\""}]`,
      elements: [String.raw`{"a":"\\"}`, String.raw`{"b":"\"}"}`, String.raw`{"c":"\\\""}`],
    },
    { name: "scalars", text: '[1, true,"x, ]" ,null,-1.5e3 ]', elements: ["1", "true", '"x, ]"', "null", "-1.5e3"] },
    { name: "multi-byte characters", text: '[{"ä":"€😀"},"é"]', elements: ['{"ä":"€😀"}', '"é"'] },
    { name: "elements that are no JSON", text: "[{a:1},nope nope,{} {}]", elements: ["{a:1}", "nope nope", "{} {}"] },
    { name: "superfluous commas", text: "[,{},,{},]", elements: ["{}", "{}"] },
  ];
  for (const { name, text, elements } of whole) {
    test(`push() cuts ${name}, whatever the chunks`, () => {
      for (const chunkBytes of [1, 2, 3, 7, 1000]) {
        assert.deepEqual(
          scan(text, chunkBytes),
          { elements, fault: undefined, remainder: "" },
          `chunks of ${chunkBytes}`,
        );
      }
    });
  }

  const faults: readonly { text: string; fault: ArrayFault; elements: readonly string[]; remainder: string }[] = [
    { text: "", fault: "empty", elements: [], remainder: "" },
    { text: "\uFEFF \n", fault: "empty", elements: [], remainder: "" },
    { text: ' {"error":{}}', fault: "not_an_array", elements: [], remainder: '{"error":{}}' },
    { text: "<html>[]", fault: "not_an_array", elements: [], remainder: "<html>[]" },
    { text: '[{"a":1},{"b":', fault: "unbalanced", elements: ['{"a":1}'], remainder: '{"b":' },
    { text: '[{"a":1},{"b":"x]', fault: "unbalanced", elements: ['{"a":1}'], remainder: '{"b":"x]' },
    { text: '[{"a":1}', fault: "unbalanced", elements: [], remainder: '{"a":1}' },
    { text: '[{"a":1},', fault: "unbalanced", elements: ['{"a":1}'], remainder: "" },
    { text: '[{"a":"\\', fault: "unbalanced", elements: [], remainder: '{"a":"\\' },
    { text: "[", fault: "unbalanced", elements: [], remainder: "" },
    { text: "[{}] x", fault: "trailing", elements: ["{}"], remainder: "x" },
    { text: "[{}][{}]", fault: "trailing", elements: ["{}"], remainder: "[{}]" },
  ];
  for (const { text, fault, elements, remainder } of faults) {
    test(`fault is ${fault} for ${JSON.stringify(text)}`, () => {
      for (const chunkBytes of [1, 3, 1000]) assert.deepEqual(scan(text, chunkBytes), { elements, fault, remainder });
    });
  }

  test("push() finds the elements of any array in any chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.nat({ max: 3 }),
        fc.integer({ min: 1, max: 40 }),
        (values, indent, size) => {
          const { elements, fault } = scan(JSON.stringify(values, null, indent), size);
          assert.equal(fault, undefined);
          assert.deepEqual(
            elements.map((element) => JSON.parse(element) as unknown),
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test("fault names every prefix of an array as unbalanced or empty, and loses no byte of it", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), fc.nat(), (values, at) => {
        const text = JSON.stringify(values);
        const prefix = Buffer.from(text).subarray(0, at % Buffer.byteLength(text));
        const { elements, fault, remainder } = scan(prefix);
        assert.equal(fault, prefix.length === 0 ? "empty" : "unbalanced");
        const rejoined = `[${elements.map((element) => `${element},`).join("")}${remainder}`;
        if (prefix.length > 0) assert.equal(rejoined, prefix.toString("utf8"));
      }),
      { numRuns: 300 },
    );
  });

  test("push() takes bytes that are no UTF-8 as they are", () => {
    const bytes = Buffer.concat([Buffer.from('[{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"},{}]')]);
    const found: number[] = [];
    const scanner = new JsonArrayScanner((start, end) => found.push(start, end));
    scanner.push(bytes);
    assert.equal(scanner.fault, undefined);
    assert.deepEqual(found, [1, 11, 12, 14]);
  });
});
