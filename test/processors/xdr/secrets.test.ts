import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseObject } from "../../../collector/record.ts";
import { hasSecrets } from "../../../processors/xdr/secrets.ts";

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
