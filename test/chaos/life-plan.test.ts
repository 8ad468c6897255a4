import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { planLife } from "../../chaos/life-plan.ts";

const numbers = Array.from({ length: 400 }, (_, number) => number);

suite("planLife()", () => {
  test("follows from the seed and the number alone", () => {
    assert.deepEqual(
      numbers.map((number) => planLife(3, number, true)),
      numbers.map((number) => planLife(3, number, true)),
    );
    assert.notDeepEqual(planLife(3, 0, false), planLife(4, 0, false));
  });

  test("ends processes in every way: at each kind of request, at their start, after a long time, by either signal", () => {
    const plans = numbers.map((number) => planLife(1, number, true));
    assert.deepEqual([...new Set(plans.map(({ at }) => at))].toSorted(), [
      "blob",
      "export",
      "listing",
      "start",
      "time",
    ]);
    const kills = plans.filter(({ signal }) => signal === "SIGKILL").length;
    assert.ok(kills > plans.length / 2 && kills < plans.length, `${kills} kills`);
    assert.ok(plans.some(({ thenMs }) => thenMs === 0) && plans.some(({ thenMs }) => thenMs > 0));
  });

  test("has no long life where there is no time for one", () => {
    assert.ok(numbers.every((number) => planLife(1, number, false).at !== "time"));
  });
});
