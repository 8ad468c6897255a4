import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { UnderWay } from "../../collector/drain.ts";
import { settle } from "../support/manual-clock.ts";

suite("UnderWay", () => {
  test("drain() waits for what is tracked, failures included", async () => {
    const underWay = new UnderWay();
    const { promise, reject } = Promise.withResolvers<void>();
    const tracked = assert.rejects(underWay.track(promise), /refused/);
    let drained = false;
    const draining = underWay.drain(new AbortController().signal).then(() => (drained = true));
    await settle();
    assert.equal(drained, false);
    reject(new Error("refused"));
    await Promise.all([draining, tracked]);
  });

  test("drain() gives up when its signal aborts, before or while it waits", async () => {
    const underWay = new UnderWay();
    void underWay.track(new Promise(() => undefined));
    await underWay.drain(AbortSignal.abort());
    const controller = new AbortController();
    const draining = underWay.drain(controller.signal);
    controller.abort();
    await draining;
  });

  test("track() gives what the work gives and forgets it then", async () => {
    const underWay = new UnderWay();
    assert.equal(await underWay.track(Promise.resolve(7)), 7);
    await underWay.drain(new AbortController().signal);
  });
});
