import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { JsonValue } from "../../../collector/record.ts";
import { pairsOf } from "../../../processors/xdr/pairs.ts";
import { structured } from "../../../processors/xdr/structured.ts";

suite("pairsOf()", () => {
  const change = { Name: "a", NewValue: "1", OldValue: "" };
  const cases: { name: string; list: JsonValue[]; names: string[]; values: unknown[]; changes?: true }[] = [
    { name: "Name/Value", list: [{ Name: "a", Value: 1 }], names: ["a"], values: [1] },
    { name: "Value before Name", list: [{ Value: 1, Name: "a" }], names: ["a"], values: [1] },
    { name: "Key/Value", list: [{ Key: "a", Value: 1 }], names: ["a"], values: [1] },
    {
      name: "either in lower case",
      list: [{ name: "a", value: 1 }, { key: "b" }],
      names: ["a", "b"],
      values: [1, undefined],
    },
    {
      name: "a name that comes again",
      list: [
        { Name: "a", Value: 1 },
        { Name: "a", Value: null },
      ],
      names: ["a", "a"],
      values: [1, null],
    },
    {
      name: "two spellings of a member",
      list: [
        { name: "b", Name: "a", value: 2, Value: 1 },
        { Key: "c", Name: null, Value: null, value: 3 },
      ],
      names: ["a", "c"],
      values: [1, 3],
    },
    {
      name: "changes",
      list: [change, { Name: "b" }],
      names: ["a", "b"],
      values: [change, { Name: "b" }],
      changes: true,
    },
    {
      name: "a change behind one that has only a name",
      list: [{ Name: "b" }, change],
      names: ["b", "a"],
      values: [{ Name: "b" }, change],
      changes: true,
    },
  ];
  for (const { name, list, names, values, changes = false } of cases) {
    test(`reads ${name}`, () => assert.deepEqual(pairsOf(list), { names, values, changes }));
  }

  const others: { name: string; list: JsonValue[] }[] = [
    { name: "nothing", list: [] },
    { name: "names alone", list: [{ Name: "a" }, { Name: "b" }] },
    { name: "keys alone", list: [{ Key: "a" }] },
    { name: "a member more", list: [{ Name: "a", Value: 1, Kind: 2 }] },
    { name: "the prototype as a member", list: [JSON.parse('{"Name":"a","Value":1,"__proto__":2}')] },
    { name: "an element without a name", list: [{ Name: "a", Value: 1 }, { Value: 2 }] },
    { name: "an empty name", list: [{ Name: "", Value: 1 }] },
    { name: "a name that is no text", list: [{ Name: 1, Value: 1 }] },
    { name: "text among the pairs", list: [{ Name: "a", Value: 1 }, "b"] },
    { name: "null among the pairs", list: [{ Name: "a", Value: 1 }, null] },
    { name: "a list among the pairs", list: [{ Name: "a", Value: 1 }, []] },
    { name: "pairs and changes", list: [{ Name: "a", Value: 1 }, change] },
    { name: "a change with a key", list: [{ Key: "a", NewValue: 1 }] },
  ];
  for (const { name, list } of others) {
    test(`takes ${name} for something else`, () => assert.equal(pairsOf(list), undefined));
  }
});

suite("a list of pairs", () => {
  const name = fc.constantFrom("a", "b", "c", "1", "0", "__proto__", "constructor", "a name of some length");
  const value = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("", "x", "some longer text"), fc.constant(null));

  test("becomes the object that its names and values make, a repeated name a list, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 }), (pairs) => {
        const said = pairs.filter(([, one]) => one !== null && one !== "");
        const byName = Map.groupBy(said, ([one]) => one);
        const members = [...byName].map(([one, all]) => `${JSON.stringify(one)}:${JSON.stringify(valueOf(all))}`);
        const expected: unknown = said.length === 0 ? undefined : JSON.parse(`{${members.join(",")}}`);
        for (const [nameOf, valueIs] of [
          ["Name", "Value"],
          ["Key", "Value"],
          ["name", "value"],
        ] as const) {
          const list = pairs.map(([one, two]) => ({ [nameOf]: one, [valueIs]: two }));
          const result = structured(list);
          assert.deepEqual(result, expected);
          // The order of the members as well.
          assert.equal(JSON.stringify(result), JSON.stringify(expected));
        }
      }),
    );
  });

  test("that holds another, and something else at its end, is not gone through twice at each level", () => {
    const LEVELS = 12;
    let reads = 0;
    let nested: JsonValue = "x";
    for (let level = 0; level < LEVELS; level += 1) {
      const value: JsonValue = nested;
      const pair = {
        Name: "a",
        get Value(): JsonValue {
          reads += 1;
          return value;
        },
      };
      nested = [pair, "no pair"];
    }
    structured(nested);
    assert.ok(reads <= 3 * LEVELS, `${reads}`);
  });
});

function valueOf(all: readonly (readonly [string, unknown])[]): unknown {
  const values = all.map(([, value]) => value);
  return values.length === 1 ? values[0] : values;
}
