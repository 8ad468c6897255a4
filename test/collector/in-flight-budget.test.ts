import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { array, assert as check, boolean, double, integer, nat, property, record } from "fast-check";
import { InFlightBudget, type InFlightShare } from "../../collector/in-flight-budget.ts";

const MB = 1_048_576;

/** Shares of a budget, with how often each was told that there is room. */
function open(maxBytes: number, count: number): { readonly shares: InFlightShare[]; readonly told: number[] } {
  const budget = new InFlightBudget(maxBytes, count);
  const told = Array.from({ length: count }, () => 0);
  const shares = told.map((_, index) =>
    budget.open(() => {
      told[index] = (told[index] ?? 0) + 1;
    }),
  );
  return { shares, told };
}

function at(shares: readonly InFlightShare[], index: number): InFlightShare {
  const share = shares[index];
  assert.ok(share !== undefined);
  return share;
}

suite("InFlightBudget", () => {
  test("gives everything to a share that is alone", () => {
    const { shares } = open(8 * MB, 1);
    assert.equal(at(shares, 0).limitBytes, 8 * MB);
    assert.equal(at(shares, 0).guaranteedBytes, 8 * MB);
  });

  test("guarantees an equal part of one half, and leaves as much of the other half free as a share takes", () => {
    const { shares } = open(16 * MB, 8);
    const limits: number[] = [];
    for (const share of shares.slice(0, 4)) {
      limits.push(share.limitBytes);
      share.add(share.limitBytes);
    }
    assert.deepEqual(
      limits,
      [4, 2, 1, 0.5].map((common) => MB + common * MB),
    );
    assert.equal(at(shares, 7).guaranteedBytes, MB);
    assert.ok(at(shares, 7).limitBytes > MB, "something is left for who comes last");
  });

  test("keeps every share's guarantee, however much the others hold", () => {
    const { shares } = open(MB, 4);
    for (const share of shares.slice(1)) share.add(10 * MB);
    assert.equal(at(shares, 0).limitBytes, MB / 8);
  });

  test("brings shares that need much to the same size, while they give back and take anew", () => {
    const { shares } = open(64 * MB, 4);
    const held = shares.map(() => 0);
    for (let turn = 0; turn < 2000; turn += 1) {
      for (const [index, share] of shares.entries()) {
        const before = held[index] ?? 0;
        // The first comes long before the others.
        if (index > 0 && turn < 100) continue;
        const change = turn % 2 === 0 ? Math.max(0, share.limitBytes - before) : -before / 10;
        share.add(change);
        held[index] = before + change;
      }
    }
    assert.ok(Math.max(...held) / Math.min(...held) < 1.5, held.map((bytes) => Math.round(bytes / MB)).join());
  });

  test("is never exceeded by shares that keep to their limits", () => {
    const moves = array(record({ share: nat(6), part: double({ min: 0, max: 1, noNaN: true }), take: boolean() }));
    check(
      property(moves, integer({ min: 1, max: 7 }), (list, count) => {
        const { shares } = open(8 * MB, count);
        const held = shares.map(() => 0);
        for (const { share: number, part, take } of list) {
          const index = number % count;
          const share = at(shares, index);
          const before = held[index] ?? 0;
          const change = take ? Math.floor(Math.max(0, share.limitBytes - before) * part) : -Math.floor(before * part);
          share.add(change);
          held[index] = before + change;
          assert.ok(held.reduce((sum, bytes) => sum + bytes, 0) <= 8 * MB);
        }
      }),
    );
  });

  test("tells who wants room once, as soon as a rise is worth it", () => {
    const { shares, told } = open(16 * MB, 2);
    const [hog, other] = [at(shares, 0), at(shares, 1)];
    hog.add(8 * MB);
    other.add(other.limitBytes);
    other.wantRoom();
    hog.add(-100_000);
    assert.deepEqual(told, [0, 0]);
    hog.add(-MB);
    hog.add(-MB);
    assert.deepEqual(told, [0, 1]);
  });

  test("takes back what a closed share held, and counts it no more", () => {
    const { shares, told } = open(16 * MB, 2);
    const [hog, other] = [at(shares, 0), at(shares, 1)];
    hog.add(8 * MB);
    other.wantRoom();
    hog.wantRoom();
    hog.close();
    hog.close();
    assert.equal(other.limitBytes, 8 * MB);
    assert.deepEqual(told, [0, 1]);
  });
});
