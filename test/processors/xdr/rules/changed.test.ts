import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { changedObjectId, changedText, changedUpn } from "../../../../processors/xdr/rules/changed.ts";

const ID = "7dccacb0-c3ff-4b02-964b-dd04c5a8f9fe";

suite("properties that were changed", () => {
  test("are what they are now", () => {
    assert.equal(changedText({ Name: "x", NewValue: " new ", OldValue: "old" }), "new");
    assert.equal(changedObjectId({ NewValue: ID.toUpperCase(), OldValue: "" }), ID);
    assert.equal(changedUpn({ NewValue: "i:0#.f|membership|vic@contoso.com" }), "vic@contoso.com");
  });

  test("are what they were where nothing else is left", () => {
    assert.equal(changedText({ NewValue: "", OldValue: "old" }), "old");
    assert.equal(changedObjectId({ NewValue: null, OldValue: ID }), ID);
    assert.equal(changedUpn({ NewValue: "Not Available", OldValue: "vic@contoso.com" }), "vic@contoso.com");
  });

  test("are a value that stands alone", () => {
    assert.equal(changedText("new"), "new");
    assert.equal(changedText({}), undefined);
    assert.equal(changedObjectId("Global Administrator"), undefined);
    assert.equal(changedUpn(7), undefined);
  });
});
