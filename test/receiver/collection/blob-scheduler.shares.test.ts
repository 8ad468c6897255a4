import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { Backend, closeSchedulers, hang, ledgerSays, numberOf, setUpScheduler } from "../support/scheduler.ts";

const DAY_MS = 86_400_000;
/** Blobs with numbers from here on are backfill. */
const OLD = 1000;

function isOld(contentId: string): boolean {
  return numberOf(contentId) >= OLD;
}

/** `l` and `b` for live content and backfill. */
function classes(contentIds: readonly string[]): string {
  return contentIds.map((id) => (isOld(id) ? "b" : "l")).join("");
}

suite("BlobScheduler with live content and backfill", () => {
  after(closeSchedulers);

  test("gives backfill one of four turns while both are owed, oldest first in each, and every turn afterwards", async () => {
    const backend = new Backend("logs>one");
    const { clock, ledger, fetched, list, scheduler, stop } = setUpScheduler([backend], { blobs: 0, concurrency: 1 });
    list(OLD, 6, DAY_MS);
    list(0, 9);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched), "lllblllblllbbbb");
    const order = (old: boolean): number[] => fetched.filter((id) => isOld(id) === old).map(numberOf);
    assert.deepEqual(order(false), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(order(true), [OLD, OLD + 1, OLD + 2, OLD + 3, OLD + 4, OLD + 5]);
    assert.equal(ledgerSays(ledger).delivered, 15);
    await stop();
  });

  test("fetches what has just been listed at once, although every download of backfill hangs", async () => {
    const backend = new Backend("logs>one");
    const { clock, ledger, fetched, list, scheduler, stop } = setUpScheduler([backend], {
      blobs: 0,
      concurrency: 4,
      download: ({ contentId }, signal) => (isOld(contentId) ? hang(signal) : Promise.resolve()),
    });
    list(OLD, 100, DAY_MS);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched), "bbb", "one of four places is kept free");
    list(0, 20);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched.slice(3)), "l".repeat(20));
    assert.equal(ledgerSays(ledger).delivered, 20);
    await stop();
  });

  test("gets on with backfill although every download of live content hangs, and gives live content all places without backfill", async () => {
    const backend = new Backend("logs>one");
    const { clock, ledger, fetched, list, scheduler, stop } = setUpScheduler([backend], {
      blobs: 0,
      concurrency: 4,
      download: ({ contentId }, signal) => (isOld(contentId) ? Promise.resolve() : hang(signal)),
    });
    list(0, 100);
    list(OLD, 20, DAY_MS);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched).replaceAll("b", ""), "llll", "the last place went to it when no backfill was left");
    assert.equal(ledgerSays(ledger).delivered, 20);
    await stop();
  });

  test("lets live content into a lane that a slow backend keeps full of backfill", async () => {
    const backend = new Backend("logs>slow");
    const { clock, fetched, list, scheduler, stop } = setUpScheduler([backend], {
      blobs: 0,
      bytes: 100_000,
      laneBytes: 1_000_000,
      concurrency: 1,
    });
    backend.gate = new Promise(() => undefined);
    list(OLD, 100, DAY_MS);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched), "b".repeat(8), "750 kB and no more");
    list(0, 100);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(classes(fetched), `${"b".repeat(8)}ll`);
    await stop();
  });

  test("lets backfill into a lane that a slow backend keeps full of live content", async () => {
    const backend = new Backend("logs>slow");
    const { clock, fetched, list, scheduler, stop } = setUpScheduler([backend], {
      blobs: 0,
      bytes: 100_000,
      laneBytes: 1_000_000,
      concurrency: 4,
    });
    backend.gate = new Promise(() => undefined);
    list(0, 100);
    list(OLD, 100, DAY_MS);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(fetched.filter(isOld).length, 3, classes(fetched));
    assert.equal(fetched.length, 10, classes(fetched));
    await stop();
  });

  test("does not let the backfill of one branch take the room for live content of another", async () => {
    const [fresh, behind] = [new Backend("logs>fresh"), new Backend("logs>behind")];
    const { clock, ledger, list, scheduler, stop } = setUpScheduler([fresh, behind], {
      blobs: 0,
      bytes: 100_000,
      laneBytes: 1_000_000,
    });
    behind.gate = new Promise(() => undefined);
    list(OLD, 100, DAY_MS);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(fresh.got.length, 200);
    list(0, 50);
    scheduler.notify();
    await clock.advance(10);
    assert.equal(fresh.got.length, 300);
    assert.equal(behind.got.length, 0);
    assert.equal(ledgerSays(ledger).pending, 150);
    await stop();
  });

  test("takes blobs that have become old while they waited for backfill, and misses none", async () => {
    const backend = new Backend("logs>one");
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { clock, ledger, scheduler, stop } = setUpScheduler([backend], {
      blobs: 30,
      concurrency: 4,
      download: () => gate,
    });
    await clock.advance(3 * 3_600_000);
    open();
    await clock.advance(10);
    scheduler.notify();
    await clock.advance(60_000);
    assert.equal(ledgerSays(ledger).delivered, 30);
    assert.equal(backend.got.length, 60);
    await stop();
  });
});
