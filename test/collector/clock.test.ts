import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { systemClock } from "../../collector/clock.ts";

suite("systemClock", () => {
  test("sleep() rejects with the reason of a signal that aborts first", async () => {
    const controller = new AbortController();
    const reason = new Error("stopping");
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleeping, reason);
  });

  test("sleep() rejects at once when the signal is aborted already", async () => {
    await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort(new Error("stopped"))), /stopped/);
  });

  test("sleep() does not end at once when it is longer than a timer of Node can be", async () => {
    const controller = new AbortController();
    let ended = false;
    const sleeping = systemClock.sleep(2 ** 40, controller.signal).finally(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(ended, false);
    controller.abort(new Error("stop"));
    await assert.rejects(sleeping, /stop/);
  });
});
