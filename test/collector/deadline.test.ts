import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Deadline } from "../../collector/deadline.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";

suite("Deadline", () => {
  test("within() is true when the work ends in time", async () => {
    const clock = new ManualClock();
    const deadline = new Deadline(clock, 1000);
    assert.equal(await deadline.within(Promise.resolve("anything")), true);
    assert.equal(deadline.signal.aborted, false);
    deadline.end();
    await settle();
    assert.equal(clock.sleeping, 0);
  });

  test("within() is false when the work ends only because the signal aborted", async () => {
    const clock = new ManualClock();
    const deadline = new Deadline(clock, 1000);
    const work = new Promise<void>((resolve) => deadline.signal.addEventListener("abort", () => resolve()));
    const outcome = deadline.within(work);
    await clock.advance(1000);
    assert.equal(await outcome, false);
    assert.equal(deadline.signal.reason.name, "TimeoutError");
    deadline.end();
  });

  test("within() gives up shortly after the deadline when the work never ends", async () => {
    const clock = new ManualClock();
    const deadline = new Deadline(clock, 1000);
    const outcome = deadline.within(new Promise(() => {}));
    await clock.advance(2000);
    assert.equal(await outcome, false);
    assert.equal(await deadline.within(new Promise(() => {})), false);
  });

  test("within() rejects with what the work rejects with", async () => {
    const deadline = new Deadline(new ManualClock(), 1000);
    await assert.rejects(deadline.within(Promise.reject(new Error("no"))), /no/);
    deadline.end();
  });
});
