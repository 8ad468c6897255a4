import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RECORD_TYPES } from "../../../collector/record-types.ts";
import { contentTypeOf } from "../../../receiver/records/content-type-of.ts";

suite("contentTypeOf()", () => {
  test("knows the content type of every published record type, save the one that comes in two", () => {
    const unknown = RECORD_TYPES.map(([value]) => value).filter((value) => contentTypeOf(value) === undefined);
    assert.deepEqual(unknown, [63]);
  });

  const cases: readonly (readonly [recordType: number, contentType: string | undefined])[] = [
    [1, "Audit.Exchange"],
    [50, "Audit.Exchange"],
    [6, "Audit.SharePoint"],
    [15, "Audit.AzureActiveDirectory"],
    [25, "Audit.General"],
    [11, "DLP.All"],
    [63, undefined],
    [-1, undefined],
    [99_999, undefined],
  ];
  for (const [recordType, contentType] of cases) {
    test(`says ${contentType ?? "nothing"} for ${recordType}`, () =>
      assert.equal(contentTypeOf(recordType), contentType));
  }
});
