import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Lane } from "../../../receiver/collection/lane.ts";
import { ownShare } from "../support/share.ts";

const branch = { name: "logs>debug", consume: () => Promise.resolve() };

suite("Lane", () => {
  test("has room until its bytes are used up, and again when a blob leaves", () => {
    const lane = new Lane(branch, ownShare(100));
    lane.enter("live", 60);
    assert.equal(lane.hasRoom("live"), true);
    lane.enter("live", 60);
    assert.equal(lane.hasRoom("live"), false);
    lane.leave("live", 60);
    assert.equal(lane.hasRoom("live"), true);
  });

  for (const priority of ["live", "backfill"] as const) {
    test(`lets a blob of ${priority} that is larger than its whole share in when it is empty`, () => {
      const lane = new Lane(branch, ownShare(100));
      assert.equal(lane.hasRoom(priority), true);
      lane.enter(priority, 1_000_000);
      assert.equal(lane.hasRoom("live"), false);
      assert.equal(lane.hasRoom("backfill"), false);
    });
  }

  test("counts a fetched blob with its real size", () => {
    const lane = new Lane(branch, ownShare(100));
    lane.enter("live", 10);
    lane.resize("live", 10, 150);
    assert.equal(lane.bytes, 150);
    assert.equal(lane.hasRoom("live"), false);
    lane.leave("live", 150);
    assert.equal(lane.bytes, 0);
  });

  test("holds a bounded number of blobs, however small", () => {
    const lane = new Lane(branch, ownShare(Number.MAX_SAFE_INTEGER));
    for (let count = 0; count < 256; count += 1) lane.enter("live", 1);
    assert.equal(lane.hasRoom("live"), false);
  });

  for (const [of, lane, size] of [
    ["bytes", new Lane(branch, ownShare(100)), 25],
    ["blobs", new Lane(branch, ownShare(Number.MAX_SAFE_INTEGER)), 1],
  ] as const) {
    test(`keeps a quarter of its ${of} free for live content, however much backfill there is`, () => {
      while (lane.hasRoom("backfill")) lane.enter("backfill", size);
      assert.equal(lane.hasRoom("live"), true);
      lane.backfillWaits = true;
      let live = 0;
      for (; lane.hasRoom("live"); live += 1) lane.enter("live", size);
      assert.equal(live, of === "bytes" ? 1 : 64);
    });
  }

  test("keeps a quarter free for backfill while that waits, and gives it to live content as soon as it does not", () => {
    const lane = new Lane(branch, ownShare(100));
    lane.backfillWaits = true;
    while (lane.hasRoom("live")) lane.enter("live", 25);
    assert.equal(lane.bytes, 75);
    assert.equal(lane.hasRoom("backfill"), true);
    lane.backfillWaits = false;
    assert.equal(lane.hasRoom("live"), true);
  });
});
