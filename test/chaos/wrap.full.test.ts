import { suite, test } from "node:test";
import { expectComparisonToFail, otherProofs } from "./support/proof.ts";

suite("A collector that is killed and started again", () => {
  for (const proof of otherProofs) {
    test(`misses records when it ${proof.title}, and none when it does not`, async () => {
      await expectComparisonToFail(proof);
    });
  }
});
