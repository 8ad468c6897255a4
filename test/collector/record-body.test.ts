import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { auditRecord, auditRecordOf } from "../../collector/record.ts";
import { isBranch, openBody, scalarText, valueAt, withBody, withValueAt } from "../../collector/record-body.ts";
import { makeRecord } from "../support/log-records.ts";

suite("openBody()", () => {
  for (const text of [
    '{"a":12345678901234567890,"b":1.50,"c":-0,"d":1e5,"e":-0.0,"f":[10.10,9007199254740993]}',
    '{"a":123,"b":"1.50","c":[true,null,""]}',
    "[1.0]",
  ]) {
    test(`closes ${text} byte for byte`, () => {
      const opened = openBody(makeRecord("a", { body: text }));
      assert.equal(opened?.close(opened.tree), text);
    });
  }

  test("closes any JSON object as it was when it was written without white space", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const body = JSON.stringify(value);
        const opened = openBody(makeRecord("a", { body }));
        assert.equal(opened?.close(opened.tree), body);
      }),
    );
  });

  test("takes what was parsed already, unless its numbers are not those of the text", () => {
    const parsed = { a: 1 };
    assert.equal(openBody({ ...makeRecord("a", { body: '{"a":1}' }), [auditRecord]: parsed })?.tree, parsed);
    const opened = openBody({ ...makeRecord("a", { body: '{"a":1.0}' }), [auditRecord]: parsed });
    assert.equal(opened?.close(opened.tree), '{"a":1.0}');
  });

  test("opens a map as it is, and no text, number or nothing", () => {
    const body = { a: 1 };
    assert.equal(openBody(makeRecord("a", { body }))?.tree, body);
    for (const other of ["text", '"text"', "1", "{", "", 5, undefined]) {
      assert.equal(openBody(makeRecord("a", { body: other })), undefined);
    }
  });
});

suite("withValueAt()", () => {
  const tree = Object.freeze({ a: Object.freeze({ b: 1, c: 2 }), list: [1] });

  test("sets, makes what is missing on the way, and leaves the tree alone", () => {
    assert.deepEqual(withValueAt(tree, ["a", "b"], 9), { a: { b: 9, c: 2 }, list: [1] });
    assert.deepEqual(withValueAt(tree, ["x", "y", "z"], 9), { ...tree, x: { y: { z: 9 } } });
    assert.deepEqual(withValueAt({}, ["__proto__"], 1), JSON.parse('{"__proto__":1}'));
    assert.deepEqual(tree, { a: { b: 1, c: 2 }, list: [1] });
  });

  test("takes away, and gives the tree itself when there is nothing", () => {
    assert.deepEqual(withValueAt(tree, ["a", "b"], undefined), { a: { c: 2 }, list: [1] });
    assert.equal(withValueAt(tree, ["a", "x"], undefined), tree);
    assert.equal(withValueAt(tree, ["x", "y"], undefined), tree);
  });

  test("gives nothing when the way leads through a value or a list", () => {
    assert.equal(withValueAt(tree, ["a", "b", "c"], 1), undefined);
    assert.equal(withValueAt(tree, ["list", "0"], 1), undefined);
  });
});

suite("valueAt(), scalarText(), isBranch()", () => {
  test("see numbers as they were written", () => {
    const opened = openBody(makeRecord("a", { body: '{"n":1.50,"s":"x","b":false,"z":null,"o":{}}' }));
    const seen = ["n", "s", "b", "z", "o", "missing"].map((key) => scalarText(valueAt(opened?.tree, [key])));
    assert.deepEqual(seen, ["1.50", "x", "false", undefined, undefined, undefined]);
    assert.equal(isBranch(valueAt(opened?.tree, ["n"])), false);
    assert.equal(isBranch(valueAt(opened?.tree, ["o"])), true);
  });
});

suite("withBody()", () => {
  const record = { ...makeRecord("a", { body: '{"a":1}' }), [auditRecord]: { a: 1 } };

  test("makes what was parsed before be forgotten", () => {
    assert.deepEqual(auditRecordOf(withBody(record, '{"a":2}')), { a: 2 });
    assert.equal(auditRecordOf(withBody(record, undefined)), null);
    assert.deepEqual(auditRecordOf(record), { a: 1 });
  });
});
