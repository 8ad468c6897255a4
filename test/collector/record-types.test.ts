import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RECORD_TYPES, recordTypeName, recordTypeNumber } from "../../collector/record-types.ts";

suite("RECORD_TYPES", () => {
  test("holds every published record type once", () => {
    assert.equal(RECORD_TYPES.length, 473);
    assert.equal(new Set(RECORD_TYPES.map(([value]) => value)).size, 473);
    assert.equal(recordTypeName(261), "CopilotInteraction");
  });
});

suite("recordTypeNumber()", () => {
  for (const [name, number] of [
    ["ExchangeAdmin", 1],
    ["exchangeadmin", 1],
    ["Viva Engage", 22],
    ["PowerAppsResource", 187],
    ["SparkCoreCustomLivePool", 475],
    ["Nonsense", undefined],
    ["", undefined],
    ["constructor", undefined],
  ] as const) {
    test(`gives ${number} for "${name}"`, () => assert.equal(recordTypeNumber(name), number));
  }
});
