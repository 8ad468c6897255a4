import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Notifier } from "../../../receiver/collection/notifier.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";

suite("Notifier", () => {
  test("wait() resolves at once for a notification that came before it, and only once", async () => {
    const clock = new ManualClock();
    const notifier = new Notifier(clock);
    notifier.notify();
    notifier.notify();
    await notifier.wait(1000, new AbortController().signal);
    let woken = false;
    const second = notifier.wait(1000, new AbortController().signal).then(() => (woken = true));
    await settle();
    assert.equal(woken, false);
    await clock.advance(1000);
    await second;
  });

  test("wait() resolves when somebody notifies, and leaves no sleeper behind", async () => {
    const clock = new ManualClock();
    const notifier = new Notifier(clock);
    const waiting = notifier.wait(60_000, new AbortController().signal);
    notifier.notify();
    await waiting;
    assert.equal(clock.sleeping, 0);
  });

  test("wait() rejects with the reason of the signal", async () => {
    const notifier = new Notifier(new ManualClock());
    const controller = new AbortController();
    const waiting = notifier.wait(60_000, controller.signal);
    controller.abort(new Error("stopping"));
    await assert.rejects(waiting, /stopping/);
  });
});
