import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type JsonValue, parseObject } from "../../../collector/record.ts";
import { extensionName, snakeCase } from "../../../processors/xdr/extension-names.ts";
import { documentedType } from "../../../processors/xdr/field-types.ts";
import { extensionValue } from "../../../processors/xdr/extensions.ts";
import { structured } from "../../../processors/xdr/structured.ts";

suite("snakeCase()", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["ClientIPAddress", "client_ip_address"],
    ["MailboxOwnerUPN", "mailbox_owner_upn"],
    ["AADSessionId", "aad_session_id"],
    ["P1Sender", "p1_sender"],
    ["MessageURLs", "message_urls"],
    ["ClientIPs", "client_ips"],
    ["APIsCalled", "apis_called"],
    ["SHA256", "sha256"],
    ["recipientList", "recipient_list"],
    ["Data State", "data_state"],
    ["Job ID", "job_id"],
    ["URL", "url"],
    ["DeeplinkURL", "deeplink_url"],
    ["CorrelationID", "correlation_id"],
    ["ObjectState@odata.type", "object_state_odata_type"],
    ["", ""],
    ["__proto__", "proto"],
  ];
  for (const [name, snake] of cases) {
    test(`turns "${name}" into "${snake}"`, () => {
      assert.equal(snakeCase(name), snake);
    });
  }
});

suite("extensionName()", () => {
  test("gives two spellings of a field one name", () => {
    assert.equal(extensionName("IntraSystemId"), extensionName("IntraSystemsId"));
    assert.equal(extensionName("WorkSpaceName"), extensionName("WorkspaceName"));
    assert.equal(extensionName("ErrorNumber"), extensionName("ErrorCode"));
  });

  test("gives none to fields with a place of their own, and to monsters", () => {
    for (const field of ["CreationTime", "Operation", "Version", "???", "A".repeat(1000)]) {
      assert.equal(extensionName(field), undefined);
    }
  });
});

suite("structured()", () => {
  const cases: { name: string; from: JsonValue; to: unknown }[] = [
    {
      name: "leaves out what says nothing",
      from: { a: null, b: "", c: [], d: {}, e: [null, { f: "" }], g: 0, h: false },
      to: { g: 0, h: false },
    },
    { name: "gives nothing for nested nothing", from: { a: [{ b: [""] }] }, to: undefined },
    {
      name: "turns Name/Value into an object",
      from: [{ Name: "a", Value: "1" }, { Name: "b", Value: "" }, { Name: "c" }],
      to: { a: "1" },
    },
    { name: "keeps objects that have nothing but a name", from: [{ Name: "a.docx" }], to: [{ Name: "a.docx" }] },
    { name: "turns Key/Value into an object", from: [{ Key: "a", Value: true }], to: { a: true } },
    {
      name: "makes a list of a repeated name",
      from: [
        { Name: "a", Value: "1" },
        { Name: "a", Value: "2" },
        { Name: "a", Value: ["3"] },
      ],
      to: { a: ["1", "2", ["3"]] },
    },
    {
      name: "keeps a repeated list a list of lists",
      from: [
        { Name: "a", Value: ["1"] },
        { Name: "a", Value: ["2"] },
      ],
      to: { a: [["1"], ["2"]] },
    },
    {
      name: "turns changes into an object by name",
      from: [
        { Name: "a", NewValue: "n", OldValue: "" },
        { Name: "b", NewValue: "", OldValue: "" },
      ],
      to: { a: { NewValue: "n" } },
    },
    { name: "keeps a list of texts", from: ["a", "", "b"], to: ["a", "b"] },
    {
      name: "keeps pairs with more to them",
      from: [{ Name: "a", Value: "1", Kind: 2 }],
      to: [{ Name: "a", Value: "1", Kind: 2 }],
    },
    {
      name: "drops matched secrets",
      from: { Count: 1, SensitiveInformationDetections: { DetectedValues: [{ Name: "4111", Value: "x" }] } },
      to: { Count: 1 },
    },
    { name: "drops matched secrets in any case", from: { a: { detectedvalues: ["4111"] }, b: 1 }, to: { b: 1 } },
    {
      name: "drops matched secrets in pairs",
      from: [
        { Name: "DetectedValues", Value: "4111" },
        { Name: "b", Value: "1" },
      ],
      to: { b: "1" },
    },
    {
      name: "drops a pair of matched secrets without its list",
      from: { a: { Name: "DetectedValues", Value: "4111" }, b: 1 },
      to: { b: 1 },
    },
    {
      name: "drops a pair of matched secrets that has more members",
      from: [{ Name: "DetectedValues", Value: "4111", Kind: 1 }, "b"],
      to: ["b"],
    },
    {
      name: "drops names that hold matched secrets",
      from: { '{"DetectedValues":["4111"]}': 1, b: [{ Name: '["DetectedValues","4111"]', Value: "1" }] },
      to: undefined,
    },
    {
      name: "drops text that holds matched secrets",
      from: { a: '{"DetectedValues":[{"Name":"4111"}]}', b: 1 },
      to: { b: 1 },
    },
  ];
  for (const { name, from, to } of cases) {
    test(`structured() ${name}`, () => {
      assert.deepEqual(structured(from), to);
    });
  }

  test("structured() returns the value itself when there is nothing to change", () => {
    const value = { a: [{ b: 1 }], c: "d" };
    assert.equal(structured(value), value);
  });

  test("structured() does not change what it gets", () => {
    const value = { a: [{ b: "" }, { c: 1 }], d: null };
    const before = JSON.stringify(value);
    structured(value);
    assert.equal(JSON.stringify(value), before);
  });

  test("structured() keeps a key that names the prototype a key", () => {
    const value = parseObject('{"__proto__":{"x":""},"a":[{"Name":"__proto__","Value":{"y":1}}],"b":""}');
    const result = structured(value);
    assert.equal(JSON.stringify(result), '{"a":{"__proto__":{"y":1}}}');
    assert.equal(Object.getPrototypeOf(result), Object.prototype);
  });

  test("structured() leaves out what is too deep instead of overflowing", () => {
    const deep: JsonValue = JSON.parse(`${"[".repeat(50_000)}1${"]".repeat(50_000)}`);
    assert.equal(structured(deep), undefined);
  });
});

suite("extensionValue()", () => {
  const cases: { name: string; field: string; from: JsonValue; to: unknown }[] = [
    { name: "a boolean that is one", field: "ExternalAccess", from: false, to: false },
    { name: "a boolean as a word", field: "ExternalAccess", from: "True", to: true },
    { name: "a boolean as a word in lower case", field: "DoNotDistributeEvent", from: " false ", to: false },
    { name: "another word in its place", field: "ExternalAccess", from: "Maybe", to: undefined },
    { name: "a word that is no documented boolean", field: "Something", from: "True", to: "True" },
    { name: "a number as text", field: "OperationCount", from: "12", to: 12 },
    { name: "a number in exponent form", field: "ItemSize", from: "1e9", to: 1_000_000_000 },
    {
      name: "a number that a number does not hold",
      field: "EventId",
      from: "9007199254740993",
      to: "9007199254740993",
    },
    { name: "text in the place of a number", field: "OperationCount", from: "many", to: undefined },
    { name: "a number in the place of text", field: "ListBaseType", from: 101, to: "101" },
    { name: "a number that has no name yet", field: "AddOnType", from: 4, to: "4" },
    {
      name: "a list as JSON text",
      field: "DeviceProperties",
      from: '[{"Name":"OS","Value":"iOS"}]',
      to: { OS: "iOS" },
    },
    {
      name: "an object as JSON text",
      field: "AppAccessContext",
      from: '{"APIId":"graph","x":""}',
      to: { APIId: "graph" },
    },
    { name: "JSON text that is cut off", field: "DeviceProperties", from: '[{"Name"', to: { value: '[{"Name"' } },
    {
      name: "an object in the place of text",
      field: "Sender",
      from: { Address: "a@b.c", X: "" },
      to: '{"Address":"a@b.c"}',
    },
    { name: "objects in the place of text", field: "Message", from: [{ Id: 1 }, "x"], to: '[{"Id":1},"x"]' },
    { name: "several texts in the place of one", field: "ReleaseTo", from: ["a@b.c", 1], to: ["a@b.c", "1"] },
    {
      name: "matched secrets in the place of text",
      field: "Sender",
      from: { DetectedValues: ["4111"] },
      to: undefined,
    },
    { name: "one text where a list is usual", field: "Receivers", from: " a@b.c ", to: ["a@b.c"] },
    { name: "a list of texts as JSON text", field: "Tables", from: '["a","b"]', to: ["a", "b"] },
    { name: "an object in a list of texts", field: "Actions", from: ["a", { b: 1 }, null], to: ["a", '{"b":1}'] },
    { name: "a text where objects are usual", field: "Location", from: " Oslo ", to: { value: "Oslo" } },
    { name: "texts where objects are usual", field: "ModifiedProperties", from: ["a", "b"], to: { value: ["a", "b"] } },
    {
      name: "one change without its list",
      field: "ModifiedProperties",
      from: { Name: "AccountEnabled", NewValue: "[false]", OldValue: "[true]" },
      to: { AccountEnabled: { NewValue: "[false]", OldValue: "[true]" } },
    },
    { name: "one pair as JSON text", field: "DeviceProperties", from: '{"Name":"OS","Value":"x"}', to: { OS: "x" } },
    { name: "a text among objects", field: "Folders", from: [{ Path: "a" }, "b"], to: [{ Path: "a" }, { value: "b" }] },
    { name: "blanks where objects are usual", field: "Item", from: "  ", to: undefined },
    { name: "a boolean in the place of a number", field: "OperationCount", from: true, to: undefined },
    { name: "what has no documented type", field: "Something", from: { a: 1 }, to: { a: 1 } },
    { name: "JSON text in a field that is text", field: "Data", from: '{"a":1}', to: '{"a":1}' },
    { name: "blanks around a text", field: "OriginatingServer", from: "AM0PR01 (15.20)\r\n", to: "AM0PR01 (15.20)" },
    { name: "nothing but blanks", field: "OriginatingServer", from: " \r\n", to: undefined },
    {
      name: "matched secrets in a list as JSON text",
      field: "PolicyDetails",
      from: '[{"PolicyName":"x","DetectedValues":["4111"]}]',
      to: [{ PolicyName: "x" }],
    },
  ];
  for (const { name, field, from, to } of cases) {
    test(`extensionValue() reads ${name}`, () => {
      assert.deepEqual(extensionValue(documentedType(field), from), to);
    });
  }
});
