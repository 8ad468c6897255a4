import { suite, test } from "node:test";
import { answerNotRead, expectNothingLost } from "./support/kill-matrix.ts";
import { expectComparisonToFail, settlesEarly } from "./support/proof.ts";

suite("A collector that is killed at one step of its work and started again", () => {
  test(`misses nothing when it dies ${answerNotRead.step}, ${answerNotRead.at}`, async (t) => {
    await expectNothingLost(t, answerNotRead);
  });

  test(`misses records when it ${settlesEarly.title}, and none when it does not`, async () => {
    await expectComparisonToFail(settlesEarly);
  });
});
