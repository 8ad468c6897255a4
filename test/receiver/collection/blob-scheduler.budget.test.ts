import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { InFlightBudget } from "../../../collector/in-flight-budget.ts";
import { Backend, closeSchedulers, ledgerSays, setUpScheduler as setUp } from "../support/scheduler.ts";

const MB = 1_048_576;

/** A branch whose backend accepts nothing before `recover()`. */
function deadBackend(): { readonly backend: Backend; recover(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const backend = new Backend("logs>dead");
  backend.gate = promise;
  return { backend, recover: resolve };
}

suite("BlobSchedulers of one process", () => {
  after(closeSchedulers);

  test("hold together what the process may hold, and go on beside those whose backend is dead", async () => {
    const budget = new InFlightBudget(8 * MB, 5);
    const blobs = { blobs: 40, bytes: MB / 2, budget };
    const dead = [1, 2, 3, 4].map(() => setUp([deadBackend().backend], blobs));
    for (const { clock } of dead) await clock.advance(100);
    const alive = new Backend("logs>alive");
    const { ledger, clock, stop } = setUp([alive], blobs);
    await clock.advance(100);
    assert.equal(ledgerSays(ledger).delivered, 40);
    // Each is over its limit by its last blob at most.
    const held = dead.reduce((sum, { fetched }) => sum + fetched.length, 0) * (MB / 2);
    assert.ok(held > 5 * MB && held < 8 * MB + (5 * MB) / 2, `${held / MB} MB are held`);
    await Promise.all([stop(), ...dead.map((one) => one.stop())]);
  });

  test("take more as soon as another gives back, without looking again by themselves", async () => {
    const budget = new InFlightBudget(8 * MB, 2);
    const blobs = { blobs: 40, bytes: MB / 2, budget };
    const first = deadBackend();
    const one = setUp([first.backend], { ...blobs, blobs: 8 });
    await one.clock.advance(100);
    const other = setUp([deadBackend().backend], blobs);
    await other.clock.advance(100);
    const before = other.fetched.length;
    first.recover();
    await one.clock.advance(100);
    await other.clock.advance(100);
    assert.equal(ledgerSays(one.ledger).delivered, 8);
    assert.ok(other.fetched.length > before, `${before} before, ${other.fetched.length} after`);
    await Promise.all([one.stop(), other.stop()]);
  });
});
