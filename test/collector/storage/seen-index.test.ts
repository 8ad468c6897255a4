import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeenIndex } from "../../../collector/storage/seen-index.ts";
import { seededRandom } from "../../support/seeded-random.ts";

/** As many fingerprints as asked for, over all 32 bits. */
function fingerprints(count: number): readonly number[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => Math.floor(random() * 2 ** 32));
}

suite("SeenIndex", () => {
  test("finds the page of every key that was added, and hardly any other", () => {
    const index = new SeenIndex();
    const [added, others] = [fingerprints(100_000), fingerprints(200_000).slice(100_000)];
    for (const [at, fingerprint] of added.entries()) index.add(fingerprint, at + 1);
    assert.equal(index.size, 100_000);
    for (const [at, fingerprint] of added.entries()) assert.ok(index.some(fingerprint, (page) => page === at + 1));
    const strangers = others.filter((fingerprint) => index.some(fingerprint, () => true));
    assert.ok(strangers.length < 20, `${strangers.length} of 100,000`);
  });

  test("finds every page of keys that share their first 32 bits, at both ends of the range", () => {
    const index = new SeenIndex();
    const fills = fingerprints(10_000);
    for (const fingerprint of [0, 0xffff_ffff]) for (let page = 1; page <= 50; page += 1) index.add(fingerprint, page);
    for (const fingerprint of fills) index.add(fingerprint, 51);
    for (const fingerprint of [0, 0xffff_ffff]) {
      const pages: number[] = [];
      index.some(fingerprint, (page) => {
        pages.push(page);
        return false;
      });
      assert.deepEqual(
        pages.filter((page) => page < 51).toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, at) => at + 1),
      );
    }
  });

  test("takes at most 14 bytes for each key, whatever their number", () => {
    const index = new SeenIndex();
    let most = 0;
    for (const [at, fingerprint] of fingerprints(300_000).entries()) {
      index.add(fingerprint, 1);
      if (at > 10_000 && at % 100 === 0) most = Math.max(most, index.memoryBytes / index.size);
    }
    assert.ok(most > 11 && most <= 14, `${most} bytes a key`);
  });
});
