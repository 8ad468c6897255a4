import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Tally } from "../../chaos/tally.ts";

suite("Tally", () => {
  test("counts under headings, in the order in which they were made", () => {
    const tally = new Tally();
    tally.expect("b", ["x", "y"]);
    tally.add("a", "z");
    tally.add("b", "y", 3);
    tally.expect("b", ["y", "w"]);
    assert.deepEqual(tally.rows(), [
      [
        "b",
        [
          ["x", 0],
          ["y", 3],
          ["w", 0],
        ],
      ],
      ["a", [["z", 1]]],
    ]);
    assert.deepEqual([tally.count("b", "y"), tally.count("b", "nothing"), tally.count("nowhere", "y")], [3, 0, 0]);
  });

  test("never() names what was expected and has not happened", () => {
    const tally = new Tally();
    tally.expect("a", ["x", "y"]);
    tally.add("a", "x");
    assert.deepEqual(tally.never(), ["a: y"]);
  });
});
