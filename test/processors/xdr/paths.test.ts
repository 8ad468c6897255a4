import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonObject, JsonValue } from "../../../collector/record.ts";
import { pairValue } from "../../../processors/xdr/pairs.ts";
import { follow, parsePath } from "../../../processors/xdr/paths.ts";

function read(record: JsonObject, path: string): unknown {
  const { field, steps } = parsePath(path);
  return follow(record[field], steps, 0, (value: JsonValue) => value);
}

suite("parsePath() and follow()", () => {
  const record: JsonObject = {
    Plain: "a",
    Object: { Inner: { Deep: 1 } },
    Text: '{"Inner":"from text"}',
    Broken: '{"Inner":',
    List: [{ Type: 2, ID: "two" }, { Type: 5, ID: "five" }, { Type: "6", ID: "six" }, null, "x"],
    Single: { Type: 5, ID: "alone" },
    Pairs: [{ Name: "UserAgent", Value: "curl" }, { Name: "json", Value: '{"User-Agent":"in json"}' }, 7],
    ListText: '[{"Type":5,"ID":"from text"}]',
    Spaced: ' \r\n{"Inner":"x"}',
    Changes: [{ Name: "Role.DisplayName", NewValue: "Admin", OldValue: "" }],
    Nested: [{ Rules: [{}, { RuleName: "r2" }] }],
  };
  const cases: { path: string; value: unknown }[] = [
    { path: "Plain", value: "a" },
    { path: "Missing", value: undefined },
    { path: "Object.Inner.Deep", value: 1 },
    { path: "Object.toString", value: undefined },
    { path: "Text.Inner", value: "from text" },
    { path: "Broken.Inner", value: undefined },
    { path: "List[Type=5].ID", value: "five" },
    { path: "List[Type=6].ID", value: "six" },
    { path: "List[Type=9].ID", value: undefined },
    { path: "Single[Type=5].ID", value: "alone" },
    { path: "Single[0].ID", value: "alone" },
    { path: "List[1].ID", value: "five" },
    { path: "List[99].ID", value: undefined },
    { path: "Pairs[UserAgent]", value: "curl" },
    { path: "Pairs[json].User-Agent", value: "in json" },
    { path: "Nested[].Rules[].RuleName", value: "r2" },
    { path: "ListText[Type=5].ID", value: "from text" },
    { path: "ListText[].ID", value: "from text" },
    { path: "Plain[].ID", value: undefined },
    { path: "List[Type=9|6].ID", value: "six" },
    { path: "List[Type=5|UPN].ID", value: "five" },
    { path: "List.ID", value: "two" },
    { path: "Spaced.Inner", value: "x" },
    { path: "Changes[Role.DisplayName].NewValue", value: "Admin" },
    { path: "Plain[UserAgent]", value: undefined },
  ];
  for (const { path, value } of cases) {
    test(`reads ${path}`, () => {
      assert.deepEqual(read(record, path), value);
    });
  }

  for (const path of ["", ".a", "[0]", "a.", "a[", "a..b", "a]b"]) {
    test(`parsePath() throws RangeError for "${path}"`, () => {
      assert.throws(() => parsePath(path), RangeError);
    });
  }
});

suite("pairValue()", () => {
  const shapes: { name: string; list: JsonValue }[] = [
    { name: "Name/Value", list: [{ Name: "a", Value: "1" }] },
    { name: "Key/Value", list: [{ Key: "a", Value: "1" }] },
    { name: "name/value", list: [{ name: "a", value: "1" }] },
    { name: "key/value", list: [{ key: "a", value: "1" }] },
    { name: "a name in another case", list: [{ Name: "A", Value: "1" }] },
    { name: "one pair without a list", list: { Name: "a", Value: "1" } },
    { name: "an object", list: { a: "1" } },
    { name: "JSON text of a list", list: '[{"Name":"a","Value":"1"}]' },
    { name: "JSON text of an object", list: '{"a":"1"}' },
    { name: "a list with other things in it", list: [null, 1, "a", [], { Name: 5 }, { Name: "a", Value: "1" }] },
    {
      name: "repeated names",
      list: [
        { Name: "a", Value: "1" },
        { Name: "a", Value: "2" },
      ],
    },
  ];
  for (const { name, list } of shapes) {
    test(`reads ${name}`, () => {
      assert.equal(pairValue(list, "a"), "1");
    });
  }

  const nothing: JsonValue[] = [null, 1, true, "a", "[a", [], {}, [{ Name: "a" }], { constructor: 1 }];
  for (const list of nothing) {
    test(`finds nothing in ${JSON.stringify(list)}`, () => {
      assert.equal(pairValue(list, "a"), undefined);
      assert.equal(pairValue(list, "toString"), undefined);
    });
  }
});
