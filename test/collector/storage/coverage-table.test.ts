import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import * as fc from "fast-check";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, Period, Storage } from "../../../collector/storage/storage.ts";

const ALL: Period = { fromMs: -1000, toMs: 1000 };

suite("coverage", () => {
  let directory: string;
  let storage: Storage;
  let ledgers = 0;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "coverage-"));
    storage = openStorage(directory);
  });
  after(() => {
    storage.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function covered(...periods: readonly (readonly [number, number])[]): Ledger {
    ledgers += 1;
    const ledger = storage.ledger({ cloud: "commercial", tenantId: String(ledgers), clientId: "client" });
    for (const [fromMs, toMs] of periods) ledger.addCoverage("T", { fromMs, toMs }, 0);
    return ledger;
  }

  const cases: readonly { name: string; add: readonly [number, number][]; stored: readonly [number, number][] }[] = [
    {
      name: "keeps a gap between two periods",
      add: [
        [0, 10],
        [20, 30],
      ],
      stored: [
        [0, 10],
        [20, 30],
      ],
    },
    {
      name: "merges periods that touch",
      add: [
        [0, 10],
        [10, 20],
      ],
      stored: [[0, 20]],
    },
    {
      name: "merges periods that overlap",
      add: [
        [5, 15],
        [0, 10],
      ],
      stored: [[0, 15]],
    },
    {
      name: "closes a gap",
      add: [
        [0, 10],
        [20, 30],
        [8, 22],
      ],
      stored: [[0, 30]],
    },
    {
      name: "keeps a period listed again",
      add: [
        [0, 10],
        [0, 10],
        [2, 3],
      ],
      stored: [[0, 10]],
    },
  ];
  for (const { name, add, stored } of cases) {
    test(`addCoverage() ${name}`, () => {
      const expected = stored.map(([fromMs, toMs]) => ({ fromMs, toMs }));
      assert.deepEqual(covered(...add).coverage("T", ALL), expected);
    });
  }

  test("addCoverage() refuses an empty period", () => {
    assert.throws(() => covered([10, 10]), RangeError);
    assert.throws(() => covered([10, 5]), RangeError);
  });

  test("coverage() gives periods that overlap, unclipped, of that content type alone", () => {
    const ledger = covered([0, 10], [20, 30], [40, 50]);
    ledger.addCoverage("U", { fromMs: 0, toMs: 100 }, 0);
    assert.deepEqual(ledger.coverage("T", { fromMs: 10, toMs: 40 }), [{ fromMs: 20, toMs: 30 }]);
    assert.deepEqual(ledger.coverage("T", { fromMs: 9, toMs: 10 }), [{ fromMs: 0, toMs: 10 }]);
  });

  test("coverage() is the union of what was added, in any order", () => {
    const period = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 15 }));
    fc.assert(
      fc.property(fc.array(period, { maxLength: 15 }), (added) => {
        const ledger = covered(...added.map(([from, length]) => [from, from + length] as const));
        const minutes = new Set<number>();
        for (const [from, length] of added) for (let at = from; at < from + length; at += 1) minutes.add(at);
        const stored = ledger.coverage("T", ALL);
        const found = new Set<number>();
        for (const { fromMs, toMs } of stored) for (let at = fromMs; at < toMs; at += 1) found.add(at);
        assert.deepEqual(found, new Set([...minutes].toSorted((a, b) => a - b)));
        for (const [index, { fromMs }] of stored.entries()) {
          if (index > 0) assert.ok(fromMs > (stored[index - 1]?.toMs ?? 0), "periods touch");
        }
      }),
      { numRuns: 50 },
    );
  });
});
