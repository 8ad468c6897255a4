import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Pace } from "../../../receiver/replay/pace.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

const never = new AbortController().signal;

/** Takes `count` turns at once; tells how many have come. */
function turns(pace: Pace, count: number): { came: number } {
  const seen = { came: 0 };
  for (let n = 0; n < count; n += 1) {
    void pace.turn(never).then(() => {
      seen.came += 1;
      return undefined;
    });
  }
  return seen;
}

suite("Pace", () => {
  test("lets a short burst through, then so many a minute", async () => {
    const clock = new ManualClock();
    const seen = turns(new Pace(clock, 60), 100);
    await settle();
    const burst = seen.came;
    assert.ok(burst >= 30 && burst <= 31, `${burst} at once`);
    for (const seconds of [1, 2, 3, 10]) await clock.advance(seconds * 1000);
    assert.equal(seen.came, burst + 16);
  });

  test("does not save up more than a burst in a lull", async () => {
    const clock = new ManualClock();
    const pace = new Pace(clock, 60);
    await clock.advance(3_600_000);
    const seen = turns(pace, 100);
    await settle();
    assert.ok(seen.came <= 31, `${seen.came} at once`);
  });

  test("gives a turn back when its signal aborts", async () => {
    const clock = new ManualClock();
    const pace = new Pace(clock, 60);
    turns(pace, 40);
    const ended = new AbortController();
    const waiting = pace.turn(ended.signal);
    ended.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(pace.turn(ended.signal), /enough/);
  });
});
