import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contentTypeOf, findContentType, identityOf } from "../../../emulator/content/content-type.ts";

suite("contentTypeOf()", () => {
  const cases: readonly (readonly [string, readonly unknown[]])[] = [
    ["Audit.Exchange", [1, 2, 3, 19, 50, "1", "ExchangeAdmin", "ExchangeItemAggregated"]],
    ["Audit.SharePoint", [4, 6, 7, 14, 36, 37, 54, 55, 56, "SharePointFileOperation", "onedrive"]],
    ["Audit.AzureActiveDirectory", [8, 9, 15, "15", "AzureActiveDirectoryStsLogon"]],
    ["DLP.All", [11, 13, 33, 63, 99, 100, 107, "DLPEndpoint"]],
    ["Audit.General", [25, 40, 22, 9999, "MicrosoftTeams", "x", null, undefined, {}]],
  ];
  for (const [expected, values] of cases) {
    test(`says ${expected} for ${values.map(String).join(", ")}`, () => {
      for (const value of values) assert.equal(contentTypeOf(value), expected, String(value));
    });
  }
});

suite("findContentType()", () => {
  test("takes any casing and nothing else", () => {
    assert.equal(findContentType("audit.SHAREPOINT"), "Audit.SharePoint");
    assert.equal(findContentType("Audit.Mail"), undefined);
  });
});

suite("identityOf()", () => {
  test("reads id and operation, and neither from what is no object", () => {
    const text = '{"Id":"1","Operation":"Send","RecordType":2}';
    assert.deepEqual(identityOf(text), { id: "1", operation: "Send", recordType: 2 });
    for (const text of ["{", "null", "[]", '{"Id":1}']) assert.equal(identityOf(text).id, undefined, text);
  });
});
