import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  formatContentId,
  fromStamp,
  parseContentId,
  stamp,
  type ContentKey,
} from "../../../emulator/content/content-id.ts";

const KEY: ContentKey = {
  contentType: "DLP.All",
  sequence: 42,
  firstMs: Date.parse("2026-07-20T09:58:01.250Z"),
  lastMs: Date.parse("2026-07-20T10:00:00Z"),
};

suite("formatContentId()", () => {
  test("writes two stamps, the names of the content type and a region", () => {
    assert.equal(formatContentId(KEY), "20260720095801250000042$20260720100000000000042$dlp_all$DLP_All$emea0036");
  });

  test("repeats the region now and then", () => {
    assert.match(formatContentId({ ...KEY, sequence: 3 }), /\$emea0036\$emea0036$/);
  });
});

suite("parseContentId()", () => {
  test("reads what was written", () => {
    for (const sequence of [0, 3, 42, 999_999])
      assert.deepEqual(parseContentId(formatContentId({ ...KEY, sequence })), { ...KEY, sequence });
  });

  const id = formatContentId(KEY);
  for (const text of [
    "",
    "abc",
    id.slice(1),
    `${id}x`,
    id.replace("dlp_all", "audit_general"),
    id.replaceAll("$", "%24"),
    id.replace("0720", "1320"),
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseContentId(text), undefined);
    });
  }
});

suite("stamp()", () => {
  test("is read back by fromStamp()", () => {
    assert.equal(fromStamp(stamp(KEY.firstMs)), KEY.firstMs);
    assert.ok(Number.isNaN(fromStamp("2026")));
  });
});
