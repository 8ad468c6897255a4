import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { v5 } from "uuid";
import { RECORD_UID_NAMESPACE, recordUid, textUid } from "../../../receiver/records/record-uid.ts";

const SURROGATES = { first: 0xd800, count: 0x800 } as const;
/** Text of any characters: the unit "binary" says the same, but takes a second to get ready. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff - SURROGATES.count }))
  .map((numbers) => numbers.map((number) => (number < SURROGATES.first ? number : number + SURROGATES.count)))
  .map((codePoints) => String.fromCodePoint(...codePoints));

suite("record uid", () => {
  test("RECORD_UID_NAMESPACE is derived as documented", () => {
    assert.equal(RECORD_UID_NAMESPACE, v5("urn:otel-o365:log.record.uid", v5.URL));
  });

  test("recordUid() is UUIDv5 of Id, line feed and Operation", () => {
    fc.assert(
      fc.property(anyText, fc.string(), (id, operation) => {
        assert.equal(recordUid(id, operation), v5(`${id}\n${operation}`, RECORD_UID_NAMESPACE));
      }),
    );
  });

  test("recordUid() keeps its value for ever", () => {
    const uid = recordUid("0f0b5b6e-7a52-4a6b-9f3a-0d6f4cb0a001", "Set-Mailbox");
    assert.equal(uid, "1c6014ba-d0c3-5ed5-9704-a27a7c287207");
  });

  test("recordUid() tells a DLP match from the undo that shares its Id", () => {
    assert.notEqual(recordUid("a", "DlpRuleMatch"), recordUid("a", "DlpRuleUndo"));
  });

  test("textUid() is UUIDv5 of the text, also of long and non-ASCII text", () => {
    for (const text of ["", "{}", "é€😀".repeat(10), "x".repeat(100_000), "€".repeat(5000)]) {
      assert.equal(textUid(text), v5(text, RECORD_UID_NAMESPACE));
    }
  });
});
