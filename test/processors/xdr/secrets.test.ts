import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseObject } from "../../../collector/record.ts";
import { hasSecrets, holdsSecrets } from "../../../processors/xdr/secrets.ts";

const EMPTY = '{"SensitiveInformationDetections":{"DetectedValues":[],"ResultsTruncated":false}}';
const FULL = '{"SensitiveInformationDetections":{"DetectedValues":[{"Name":"4111"}],"ResultsTruncated":false}}';

suite("hasSecrets()", () => {
  const cases: { name: string; text: string; secret: boolean }[] = [
    { name: "values", text: FULL, secret: true },
    { name: "what a receiver leaves that drops them", text: EMPTY, secret: false },
    {
      name: "the same in another order and with blanks",
      text: '{ "SensitiveInformationDetections" : { "ResultsTruncated" : true , "DetectedValues" : [ ] } }',
      secret: false,
    },
    { name: "an empty list alone", text: '{"DetectedValues":[]}', secret: false },
    { name: "null", text: '{"DetectedValues":null,"a":1}', secret: false },
    { name: "values in JSON inside a string", text: JSON.stringify({ Data: FULL }), secret: true },
    { name: "none in JSON inside a string", text: JSON.stringify({ Data: EMPTY }), secret: false },
    { name: "values behind an escaped name", text: FULL.replace("Detected", "\\u0044etected"), secret: true },
    { name: "a name in another case", text: '{"detectedvalues":["4111"]}', secret: true },
    { name: "values as text", text: '{"DetectedValues":"4111"}', secret: true },
    { name: "a name twice, once with values", text: '{"DetectedValues":["4111"],"DetectedValues":[]}', secret: true },
    { name: "detections as a list", text: '{"SensitiveInformationDetections":[{"Name":"4111"}]}', secret: true },
    { name: "detections with something else", text: '{"SensitiveInformationDetections":{"a":"4111"}}', secret: true },
    { name: "text that is cut off", text: FULL.slice(0, -5), secret: true },
    { name: "a pair of that name", text: '[{"Name":"DetectedValues","Value":"4111"}]', secret: true },
    { name: "nothing of the kind", text: '{"Operation":"Detected"}', secret: false },
  ];
  for (const { name, text, secret } of cases) {
    test(`is ${secret} for ${name}`, () => assert.equal(hasSecrets(parseObject(text), text), secret));
  }
});

suite("holdsSecrets()", () => {
  const escaped = FULL.replace("Detected", "\\u0044etected").replace("Sensitive", "\\u0053ensitive");
  const cases: { name: string; text: string; secret: boolean }[] = [
    { name: "an escaped name", text: escaped, secret: true },
    { name: "an escaped name behind blanks", text: ` ${escaped}`, secret: true },
    { name: "an escaped name in a list", text: `[${escaped}]`, secret: true },
    { name: "an escaped name in JSON inside a string", text: JSON.stringify({ Data: escaped }), secret: true },
    {
      name: "an escape in the middle of a name in JSON inside a string",
      text: String.raw`{"a":"{\"Detected\\u0056alues\":[\"4111\"]}"}`,
      secret: true,
    },
    { name: "an escaped name in a string of JSON", text: JSON.stringify(escaped), secret: true },
    {
      name: "a name in JSON inside a string, its quotes and backslashes escaped",
      text: String.raw`{"a":"{\u0022\u005cu0044etectedValues\u0022:[\u00224111\u0022]}"}`,
      secret: true,
    },
    {
      name: "an escape whose u is escaped",
      text: String.raw`{"a":"{\"\\\u00750044etectedValues\":[1]}"}`,
      secret: true,
    },
    { name: "a name of escapes alone", text: `{"${escapeAll("DetectedValues")}":["4111"]}`, secret: true },
    {
      name: "an escaped name of a pair",
      text: String.raw`[{"Name":"\u0044etectedValues","Value":"4111"}]`,
      secret: true,
    },
    { name: "a name in another case", text: '{"detectedValues":["4111"]}', secret: true },
    { name: "a name in capitals", text: '{"DETECTEDVALUES":["4111"]}', secret: true },
    { name: "text that is cut off behind an escaped name", text: escaped.slice(0, -9), secret: true },
    { name: "an escaped name without values", text: String.raw`{"\u0044etectedValues":[],"a":1}`, secret: false },
    {
      name: "an escaped name without values in JSON inside a string",
      text: String.raw`{"a":"{\"Detected\\u0056alues\":[],\"b\":1}"}`,
      secret: false,
    },
    { name: "other escapes", text: String.raw`{"a":"\u0027\u00e9\u0041Values"}`, secret: false },
    { name: "a name that only begins alike", text: '{"DetectedValue":["4111"]}', secret: false },
    { name: "prose about it", text: "Detected 3 values", secret: false },
  ];
  for (const { name, text, secret } of cases) {
    test(`is ${secret} for ${name}`, () => assert.equal(holdsSecrets(text), secret));
  }

  test("takes no longer for a row of backslashes than for other text", () => {
    assert.equal(holdsSecrets(`{"a":"\\u0041${"\\".repeat(400_000)}"}`), false);
  });
});

function escapeAll(text: string): string {
  return text.replaceAll(/./g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}
