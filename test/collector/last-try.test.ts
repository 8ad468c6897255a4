import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { LastTry } from "../../collector/last-try.ts";
import { ManualClock, settle } from "../support/manual-clock.ts";

/** What stands in front of a backend, in the hands of a test. */
class FakeDelivery {
  inVain = false;
  hurried = 0;
  hurry(): void {
    this.hurried += 1;
  }
}

interface Bench {
  readonly clock: ManualClock;
  readonly lastTry: LastTry;
  readonly dead: FakeDelivery;
  readonly live: FakeDelivery;
  /** What run() resolved to; undefined before. */
  readonly found: () => readonly string[] | undefined;
  readonly ended: AbortController;
  readonly begin: () => void;
}

function bench(): Bench {
  const clock = new ManualClock();
  const lastTry = new LastTry(clock);
  const [dead, live] = [new FakeDelivery(), new FakeDelivery()];
  lastTry.watch("dead", dead);
  lastTry.watch("live", live);
  const ended = new AbortController();
  let found: readonly string[] | undefined;
  const begin = (): void => void lastTry.run(ended.signal).then((branches) => (found = branches));
  return { clock, lastTry, dead, live, found: () => found, ended, begin };
}

const pending = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();

suite("LastTry", () => {
  test("has everybody hurry, and finds the branches that owe in vain once the others are through", async () => {
    const { clock, lastTry, dead, live, found, begin } = bench();
    const [one, two] = [pending(), pending()];
    void lastTry.track("logs>dead", "dead", one.promise);
    const through = lastTry.track("logs>live", "live", two.promise);
    begin();
    assert.deepEqual([dead.hurried, live.hurried], [1, 1]);
    await clock.advance(5000);
    assert.equal(found(), undefined, "it has not failed again");
    dead.inVain = true;
    await clock.advance(5000);
    assert.equal(found(), undefined, "the live one is at work");
    two.resolve();
    await through;
    await clock.advance(500);
    assert.equal(found(), undefined, "the next chunk of its blob may be about to come");
    await clock.advance(1000);
    assert.deepEqual(found(), ["logs>dead"]);
    assert.equal(clock.sleeping, 0);
  });

  test("waits for a dead backend that comes back", async () => {
    const { clock, lastTry, dead, found, begin } = bench();
    const one = pending();
    const through = lastTry.track("logs>dead", "dead", one.promise);
    begin();
    await clock.advance(2000);
    one.resolve();
    await through;
    dead.inVain = true;
    await clock.advance(10_000);
    assert.equal(found(), undefined, "nobody owes anything any more");
  });

  test("finds nothing while an exporter cannot say that it tries in vain, and ends with its signal", async () => {
    const { clock, lastTry, found, ended, begin } = bench();
    lastTry.watch("other", {});
    void lastTry.track("logs>other", "other", pending().promise);
    begin();
    await clock.advance(60_000);
    assert.equal(found(), undefined);
    ended.abort();
    await settle();
    assert.deepEqual(found(), []);
    assert.equal(clock.sleeping, 0);
  });

  test("gives what is tracked its own outcome", async () => {
    const { lastTry } = bench();
    assert.equal(await lastTry.track("logs>live", "live", Promise.resolve(7)), 7);
    await assert.rejects(lastTry.track("logs>live", "live", Promise.reject(new Error("no"))), /^Error: no$/);
  });
});
