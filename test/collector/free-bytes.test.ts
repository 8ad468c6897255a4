import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { freeBytes } from "../../collector/free-bytes.ts";

suite("freeBytes()", () => {
  test("empties bytes and every view of them, once", () => {
    const bytes = new Uint8Array(100_000);
    const view = bytes.subarray(10, 20);
    freeBytes(bytes);
    freeBytes(bytes);
    assert.deepEqual([bytes.byteLength, view.byteLength, bytes.buffer.byteLength], [0, 0, 0]);
  });

  test("takes what a serializer left unused of its buffer for part of it", () => {
    const bytes = new Uint8Array(100_000).subarray(0, 60_000);
    freeBytes(bytes);
    assert.equal(bytes.byteLength, 0);
  });

  test("leaves the pool alone that small Buffers share", () => {
    const small = Buffer.from("small");
    const large = Buffer.allocUnsafe(Buffer.poolSize / 2 - 1).fill("x");
    const neighbours = Array.from({ length: 4 }, () => Buffer.allocUnsafe(Buffer.poolSize / 2 - 1).fill("y"));
    freeBytes(small);
    freeBytes(large);
    assert.equal(small.toString(), "small");
    assert.equal(large.length, Buffer.poolSize / 2 - 1);
    for (const neighbour of neighbours) assert.equal(neighbour[0], "y".charCodeAt(0));
  });
});
