import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseMicros } from "../../../../processors/xdr/rules/time.ts";

const BASE = Date.UTC(2023, 5, 1, 13, 12, 18) * 1000;

suite("parseMicros()", () => {
  const readable: { text: string; micros: number }[] = [
    { text: "2023-06-01T13:12:18", micros: BASE },
    { text: "2023-06-01T13:12:18Z", micros: BASE },
    { text: "2023-06-01T13:12:18z", micros: BASE },
    { text: "2023-06-01 13:12:18", micros: BASE },
    { text: " 2023-06-01T13:12:18 ", micros: BASE },
    { text: "2023-06-01T13:12:18.0000000Z", micros: BASE },
    { text: "2023-06-01T13:12:18.1", micros: BASE + 100_000 },
    { text: "2023-06-01T13:12:18.12", micros: BASE + 120_000 },
    { text: "2023-06-01T13:12:18.123", micros: BASE + 123_000 },
    { text: "2023-06-01T13:12:18.1234", micros: BASE + 123_400 },
    { text: "2023-06-01T13:12:18.12345", micros: BASE + 123_450 },
    { text: "2023-06-01T13:12:18.123456", micros: BASE + 123_456 },
    { text: "2023-06-01T13:12:18.9999999Z", micros: BASE + 999_999 },
    { text: "2023-06-01T15:12:18+02:00", micros: BASE },
    { text: "2023-06-01T08:42:18.5-0430", micros: BASE + 500_000 },
    { text: "2016-12-31T23:59:60", micros: Date.UTC(2017, 0, 1) * 1000 },
    { text: "2023-10-10T17:08:65", micros: Date.UTC(2023, 9, 10, 17, 9, 5) * 1000 },
    { text: "2024-02-29T00:00:00", micros: Date.UTC(2024, 1, 29) * 1000 },
  ];
  for (const { text, micros } of readable) {
    test(`reads "${text}" exactly`, () => {
      assert.equal(parseMicros(text), micros);
      assert.ok(Number.isSafeInteger(parseMicros(text)));
    });
  }

  const unreadable = [
    "",
    "yesterday",
    "2023-06-01",
    "2023-06-01T13:12",
    "2023-13-01T00:00:00",
    "2023-00-01T00:00:00",
    "2023-02-31T00:00:00",
    "2023-02-29T00:00:00",
    "2023-06-01T24:00:00",
    "2023-06-01T13:60:00",
    "2023-06-01T13:12:18X",
    "2023-06-01T13:12:18+2",
    "2023-06-01T13:12:18+02:0",
    "2023-06-01T13:12:1",
    "2023/06/01T13:12:18",
    "6/1/2023 1:12:18 PM",
    "0001-01-01T00:00:00",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999",
  ];
  for (const text of unreadable) {
    test(`gives nothing for "${text}"`, () => {
      assert.equal(parseMicros(text), undefined);
    });
  }
});
