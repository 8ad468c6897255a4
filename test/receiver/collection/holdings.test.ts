import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Holdings } from "../../../receiver/collection/holdings.ts";

/** How many of one kind go in, one by one, when nothing else is there. */
function most(limit: number, priority: "live" | "backfill", backfillWaits: boolean): number {
  const holdings = new Holdings(limit);
  while (holdings.hasRoom(priority, backfillWaits)) holdings.add(priority, 1);
  return holdings.held;
}

suite("Holdings", () => {
  for (const [limit, share] of [
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [8, 6],
    [100, 75],
  ] as const) {
    test(`lets ${share} of ${limit} be backfill, as many be live content while backfill waits, and all of it otherwise`, () => {
      assert.equal(most(limit, "backfill", true), share);
      assert.equal(most(limit, "live", true), share);
      assert.equal(most(limit, "live", false), limit);
    });
  }

  test("never holds more than the limit, but for the size of the last one", () => {
    const holdings = new Holdings(100);
    holdings.add("backfill", 74);
    holdings.add("live", 25);
    assert.equal(holdings.hasRoom("live", true), true);
    holdings.add("live", 1000);
    assert.equal(holdings.hasRoom("live", false), false);
    assert.equal(holdings.hasRoom("backfill", true), false);
    assert.ok(holdings.left < 0);
  });
});
