import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Lane } from "../../../receiver/collection/lane.ts";

const branch = { name: "logs>debug", consume: () => Promise.resolve() };

suite("Lane", () => {
  test("is free until its bytes are used up, and again when a blob leaves", () => {
    const lane = new Lane(branch, 100);
    lane.enter(60);
    assert.equal(lane.free, true);
    lane.enter(60);
    assert.equal(lane.free, false);
    lane.leave(60);
    assert.equal(lane.free, true);
  });

  test("lets a blob larger than its whole share in when it is empty", () => {
    const lane = new Lane(branch, 100);
    assert.equal(lane.free, true);
    lane.enter(1_000_000);
    assert.equal(lane.free, false);
  });

  test("counts a fetched blob with its real size", () => {
    const lane = new Lane(branch, 100);
    lane.enter(10);
    lane.resize(10, 150);
    assert.equal(lane.bytes, 150);
    assert.equal(lane.free, false);
    lane.leave(150);
    assert.equal(lane.bytes, 0);
  });

  test("holds a bounded number of blobs, however small", () => {
    const lane = new Lane(branch, Number.MAX_SAFE_INTEGER);
    for (let count = 0; count < 256; count += 1) lane.enter(1);
    assert.equal(lane.free, false);
  });
});
