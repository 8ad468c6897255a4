import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { InFlightBudget } from "../../../collector/in-flight-budget.ts";
import { openLanes } from "../../../receiver/collection/open-lanes.ts";
import { testSettings } from "../../support/test-settings.ts";

const MB = 1_048_576;
const branches = ["logs>a", "logs>b"].map((name) => ({ name, consume: () => Promise.resolve() }));
const settings = testSettings({ id: "o365/contoso" });
const nothing = (): void => {};

suite("openLanes()", () => {
  test("gives each branch a share of what the process may hold", () => {
    const inFlight = new InFlightBudget(32 * MB, 4);
    const { lanes, chunkBytes } = openLanes(
      { ...settings, inFlight },
      { maxInFlightBytes: undefined },
      branches,
      nothing,
    );
    assert.deepEqual(
      lanes.map(({ limitBytes }) => limitBytes),
      [12 * MB, 12 * MB],
    );
    assert.equal(chunkBytes, MB);
  });

  test("keeps a receiver's own limit, in equal parts for its branches", () => {
    const inFlight = new InFlightBudget(32 * MB, 4);
    const { lanes } = openLanes({ ...settings, inFlight }, { maxInFlightBytes: 2 * MB }, branches, nothing);
    assert.deepEqual(
      lanes.map(({ limitBytes }) => limitBytes),
      [MB, MB],
    );
  });

  test("makes pieces of blobs so small that one is within each share, down to 64 KiB", () => {
    for (const [shares, expected] of [
      [2, MB],
      [16, MB / 4],
      [1000, 65_536],
    ] as const) {
      const inFlight = new InFlightBudget(8 * MB, shares);
      const { chunkBytes } = openLanes({ ...settings, inFlight }, { maxInFlightBytes: undefined }, branches, nothing);
      assert.equal(chunkBytes, expected);
    }
  });

  test("has a budget of its own where no service gives it one", () => {
    const { inFlight: _, ...alone } = { ...settings, inFlight: undefined };
    const limits = (maxInFlightBytes: number | undefined): readonly number[] =>
      openLanes(alone, { maxInFlightBytes }, branches, nothing).lanes.map(({ limitBytes }) => limitBytes);
    assert.deepEqual(limits(undefined), [4 * MB, 4 * MB]);
    assert.deepEqual(limits(2 * MB), [MB, MB]);
  });

  test("gives back what its lanes hold when they are closed, and tells the lanes that wait", () => {
    const inFlight = new InFlightBudget(32 * MB, 4);
    let told = 0;
    const one = openLanes({ ...settings, inFlight }, { maxInFlightBytes: undefined }, branches, nothing);
    const other = openLanes({ ...settings, inFlight }, { maxInFlightBytes: undefined }, branches, () => (told += 1));
    for (const lane of one.lanes) lane.enter("live", 12 * MB);
    const [waiting] = other.lanes;
    waiting?.enter("live", 12 * MB);
    waiting?.wantRoom();
    assert.equal(told, 0);
    one.close();
    assert.equal(told, 1);
    assert.equal(waiting?.limitBytes, 12 * MB);
  });
});
