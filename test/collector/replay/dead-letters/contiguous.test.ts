import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { Contiguous } from "../../../../collector/replay/dead-letters/contiguous.ts";

suite("Contiguous", () => {
  test("ends before the first piece that is not done, in whatever order they end", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
    const order = lengths.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(
          list.map((_, i) => i),
          { minLength: list.length },
        ),
      ),
    );
    fc.assert(
      fc.property(order, ([list, ending]) => {
        const progress = new Contiguous(100);
        let end = 100;
        const ends = list.map((length) => (end += length));
        const done = ends.map((one) => progress.begin(one));
        const finished = new Set<number>();
        for (const index of ending) {
          const before = progress.end;
          finished.add(index);
          const hasMoved = done[index]?.();
          const first = list.findIndex((_, i) => !finished.has(i));
          assert.equal(progress.end, first === -1 ? end : first === 0 ? 100 : ends[first - 1]);
          assert.equal(hasMoved, progress.end !== before);
        }
      }),
    );
  });
});
