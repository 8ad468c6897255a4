import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { dropDetectedValues } from "../../../receiver/records/dlp-values.ts";

const SECRET = "4111 1111 1111 1111";
const VALUES = `[{"Name":"${SECRET}","Value":"card ] } \\" ${SECRET} ,"}]`;

/** Everything that a text holds, with all escapes undone, also those of strings in strings. */
function unescaped(text: string): string {
  let plain = text;
  for (let round = 0; round < 4; round += 1) {
    plain = plain
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replaceAll(/\\(["\\/])/g, "$1");
  }
  return plain;
}

suite("dropDetectedValues()", () => {
  const cuts: readonly { name: string; text: string; cut: string }[] = [
    { name: "at the top", text: `{"DetectedValues":${VALUES}}`, cut: '{"DetectedValues":[]}' },
    {
      name: "deep inside, keeping every other byte",
      text: `{ "Id" : 9007199254740993,\r\n"A":[{"\\u0042":1.0,"DetectedValues" :\n ${VALUES} , "ResultsTruncated":false}],"U":"\\/x" }`,
      cut: `{ "Id" : 9007199254740993,\r\n"A":[{"\\u0042":1.0,"DetectedValues" :\n [] , "ResultsTruncated":false}],"U":"\\/x" }`,
    },
    {
      name: "more than once",
      text: `[{"DetectedValues":${VALUES}},{"DetectedValues":${VALUES}}]`,
      cut: '[{"DetectedValues":[]},{"DetectedValues":[]}]',
    },
    {
      name: "twice in one object",
      text: `{"DetectedValues":[],"DetectedValues":${VALUES}}`,
      cut: '{"DetectedValues":[],"DetectedValues":[]}',
    },
    { name: "with a small first letter", text: `{"detectedValues":${VALUES}}`, cut: '{"detectedValues":[]}' },
    { name: "under an escaped key", text: `{"Detected\\u0056alues":${VALUES}}`, cut: '{"Detected\\u0056alues":[]}' },
    {
      name: "under a key of escapes alone",
      text: `{"${escapeAll("DetectedValues")}":${VALUES}}`,
      cut: `{"${escapeAll("DetectedValues")}":[]}`,
    },
    { name: "as a string", text: `{"DetectedValues":"${SECRET}","a":1}`, cut: '{"DetectedValues":[],"a":1}' },
    { name: "as an object", text: `{"DetectedValues":{"a":["${SECRET}"]}}`, cut: '{"DetectedValues":[]}' },
    { name: "as a number", text: '{"DetectedValues":4111111111111111}', cut: '{"DetectedValues":[]}' },
    { name: "as a word before a comma", text: '{"DetectedValues":true ,"a":1}', cut: '{"DetectedValues":[] ,"a":1}' },
    {
      name: "in JSON inside a string",
      text: JSON.stringify({ a: "/", Data: `{"DetectedValues":${VALUES}}` }),
      cut: JSON.stringify({ a: "/", Data: '{"DetectedValues":[]}' }),
    },
    {
      name: "in JSON inside a string inside a string",
      text: JSON.stringify({ Data: JSON.stringify({ More: JSON.stringify([{ DetectedValues: [SECRET] }]) }) }),
      cut: JSON.stringify({ Data: JSON.stringify({ More: JSON.stringify([{ DetectedValues: [] }]) }) }),
    },
    {
      name: "under an escaped key inside a string",
      text: JSON.stringify({ Data: `{"Detected\\u0056alues":${VALUES}}` }),
      cut: JSON.stringify({ Data: '{"Detected\\u0056alues":[]}' }),
    },
    {
      name: "under an escaped key inside a string, its backslash escaped too",
      text: JSON.stringify({ Data: `{"Detected\\u0056alues":${VALUES}}` }).replace("\\\\u0056", "\\u005cu0056"),
      cut: JSON.stringify({ Data: '{"Detected\\u0056alues":[]}' }),
    },
    {
      name: "under an escaped key inside a string, the u of its escape escaped too",
      text: JSON.stringify({ Data: `{"Detected\\u0056alues":${VALUES}}` }).replace("\\\\u0056", "\\\\\\u00750056"),
      cut: JSON.stringify({ Data: '{"Detected\\u0056alues":[]}' }),
    },
    {
      name: "in a string that is cut JSON",
      text: JSON.stringify({ Data: `{"a":1,"DetectedValues":["${SECRET}`, b: 2 }),
      cut: JSON.stringify({ Data: '{"a":1,"DetectedValues":', b: 2 }),
    },
    {
      name: "in a string that has JSON in it",
      text: JSON.stringify({ Data: `it's 5" {"DetectedValues":["${SECRET}"]}` }),
      cut: JSON.stringify({ Data: `it's 5" {"DetectedValues":` }),
    },
  ];
  for (const { name, text, cut } of cuts) {
    test(`cuts the values ${name}`, () => {
      const redacted = dropDetectedValues(text);
      assert.equal(redacted?.text, cut);
      const parsed: unknown = JSON.parse(cut);
      assert.deepEqual(redacted.parsed, Array.isArray(parsed) ? null : parsed);
      assert.equal(dropDetectedValues(cut), undefined, "a second pass finds something");
    });
  }

  const broken: readonly { name: string; text: string; cut: string }[] = [
    {
      name: "a record that was cut",
      text: `{"a":1,"DetectedValues":[{"Name":"${SECRET}`,
      cut: '{"a":1,"DetectedValues":',
    },
    {
      name: "a record with a stray quote",
      text: `{"a":"5"","DetectedValues":["${SECRET}"]}`,
      cut: '{"a":"5"","DetectedValues":',
    },
    {
      name: "a broken record with an escaped key",
      text: `{"Detected\\u0056alues":["${SECRET}"`,
      cut: '{"DetectedValues":',
    },
  ];
  for (const { name, text, cut } of broken) {
    test(`ends the text after the key in ${name}`, () => {
      assert.deepEqual(dropDetectedValues(text), { text: cut, parsed: null });
      assert.equal(dropDetectedValues(cut), undefined);
    });
  }

  const untouched: readonly string[] = [
    "{}",
    '{"a":"DetectedValues"}',
    '{"NotDetectedValues":["x"],"DetectedValuesNot":["x"]}',
    '{"DetectedValues":[],"b":{"DetectedValues":null},"c":{"DetectedValues": [ ] }}',
    '{"Data":"{\\"DetectedValues\\":[]}"}',
    '{"a":"\\u0041\\u0027","Values":["x"]}',
    '{"a":"no such DetectedValues here"}',
    '{"broken',
    '{"broken DetectedValues',
  ];
  for (const text of untouched) {
    test(`leaves ${text} alone`, () => assert.equal(dropDetectedValues(text), undefined));
  }

  test("takes no longer for a row of backslashes than for other text", () => {
    assert.equal(dropDetectedValues(`{"a":"\\u0041${"\\".repeat(400_000)}"}`), undefined);
  });

  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("DetectedValues", "detectedValues", "a")), tie("tree"), {
        maxKeys: 3,
      }),
      tie("tree").map((value) => JSON.stringify(value)),
      fc.record({
        DetectedValues: fc.constantFrom<unknown>([SECRET], SECRET, { a: SECRET }, [
          { Name: SECRET, Value: `"]}${SECRET}` },
        ]),
      }),
    ),
  }));
  const spelling = fc.record({ indent: fc.constantFrom(0, 1, 3), escapeKey: fc.boolean(), escapeSlash: fc.boolean() });

  test("leaves no matched value in any record, and the rest of the record as it was", () => {
    fc.assert(
      fc.property(tree, spelling, (value, { indent, escapeKey, escapeSlash }) => {
        let text = JSON.stringify({ Record: value }, null, indent);
        if (escapeKey) text = text.replaceAll("DetectedValues", "D\\u0065tectedValues");
        if (escapeSlash) text = text.replaceAll("/", "\\/");
        const original: unknown = JSON.parse(text);
        const redacted = dropDetectedValues(text);
        const after = redacted?.text ?? text;
        assert.ok(!unescaped(after).includes(SECRET), after);
        assert.deepEqual(JSON.parse(after), emptied(original));
        if (redacted !== undefined) assert.deepEqual(redacted.parsed, JSON.parse(after));
      }),
      { numRuns: 500 },
    );
  });

  test("leaves every record without the key untouched", () => {
    const values = fc.jsonValue().filter((value) => !/detectedvalues/i.test(JSON.stringify(value)));
    fc.assert(fc.property(values, (value) => assert.equal(dropDetectedValues(JSON.stringify(value)), undefined)));
  });
});

function escapeAll(text: string): string {
  return Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}

/** What dropping must make of a value, the slow way: over parsed objects. */
function emptied(value: unknown): unknown {
  if (typeof value === "string") return emptiedText(value);
  if (Array.isArray(value)) return value.map(emptied);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, emptiedEntry(key, inner)]));
}

function emptiedEntry(key: string, value: unknown): unknown {
  if (!/^detectedvalues$/i.test(key)) return emptied(value);
  const isEmpty = value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
  return isEmpty ? value : [];
}

function emptiedText(text: string): string {
  let inner: unknown;
  try {
    inner = JSON.parse(text);
  } catch {
    return text;
  }
  const after = emptied(inner);
  return JSON.stringify(after) === JSON.stringify(inner) ? text : JSON.stringify(after);
}
