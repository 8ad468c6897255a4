import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { parseAuditTime } from "../../collector/audit-time.ts";

/** 2023-06-01T13:12:18Z */
const SECONDS = 1_685_625_138;

suite("parseAuditTime()", () => {
  const readable: readonly (readonly [string, number, number])[] = [
    ["2023-06-01T13:12:18", SECONDS, 0],
    ["2023-06-01T13:12:18Z", SECONDS, 0],
    ["2023-06-01t13:12:18z", SECONDS, 0],
    ["2023-06-01 13:12:18", SECONDS, 0],
    ["2023-06-01T13:12:18.0000000Z", SECONDS, 0],
    ["2023-06-01T13:12:18.5", SECONDS, 500_000_000],
    ["2023-06-01T13:12:18.1234567", SECONDS, 123_456_700],
    ["2023-06-01T13:12:18.123456789Z", SECONDS, 123_456_789],
    ["2023-06-01T13:12:18.000000001", SECONDS, 1],
    ["2023-06-01T13:12:18.9999999999", SECONDS, 999_999_999],
    ["2023-06-01T15:12:18+02:00", SECONDS, 0],
    ["2023-06-01T15:42:18.25+0230", SECONDS, 250_000_000],
    ["2023-06-01T08:12:18-05:00", SECONDS, 0],
    ["1970-01-01T00:00:00", 0, 0],
    ["2024-02-29T23:59:59", 1_709_251_199, 0],
    ["2016-12-31T23:59:60Z", 1_483_228_800, 0],
    ["2023-06-01T13:11:78", SECONDS, 0],
    [" 2023-06-01T13:12:18Z ", SECONDS, 0],
  ];
  for (const [text, seconds, nanoseconds] of readable) {
    test(`reads ${text}`, () => assert.deepEqual(parseAuditTime(text), [seconds, nanoseconds]));
  }

  const unreadable = [
    "",
    "yesterday",
    "2023-06-01",
    "2023-06-01T13:12",
    "2023-6-1T13:12:18",
    "2023-06-01X13:12:18",
    "2023/06/01T13:12:18",
    "2023-13-01T13:12:18",
    "2023-00-01T13:12:18",
    "2023-02-29T13:12:18",
    "2023-06-31T13:12:18",
    "2023-06-00T13:12:18",
    "2023-06-01T24:12:18",
    "2023-06-01T13:60:18",
    "2023-06-01T13:12:1x",
    "2023-06-01T13:12:18.",
    "2023-06-01T13:12:18.Z",
    "2023-06-01T13:12:18+2",
    "2023-06-01T13:12:18+24:00",
    "2023-06-01T13:12:18+02:60",
    "2023-06-01T13:12:18 UTC",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.9999999",
    "1970-01-01T00:00:00+01:00",
  ];
  for (const text of unreadable) {
    test(`gives undefined for "${text}"`, () => assert.equal(parseAuditTime(text), undefined));
  }

  test("agrees with Date for every millisecond it can hold", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2261, 11, 31) }), (ms) => {
        const expected = [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
        assert.deepEqual(parseAuditTime(new Date(ms).toISOString()), expected);
      }),
    );
  });
});
