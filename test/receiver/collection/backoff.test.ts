import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { backoffMs } from "../../../receiver/collection/backoff.ts";

const config = { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0.5 };

suite("backoffMs()", () => {
  for (const { name, failures, random, expected } of [
    { name: "gives the initial interval after the first failure", failures: 1, random: 0.5, expected: 1000 },
    { name: "doubles with every failure", failures: 4, random: 0.5, expected: 8000 },
    { name: "stays at the longest interval", failures: 5000, random: 0.5, expected: 60_000 },
    { name: "spreads down by the factor", failures: 1, random: 0, expected: 500 },
    { name: "spreads up by the factor", failures: 1, random: 1, expected: 1500 },
    { name: "takes no failure for one", failures: 0, random: 0.5, expected: 1000 },
  ]) {
    test(name, () => {
      assert.equal(
        backoffMs(config, failures, () => random),
        expected,
      );
    });
  }
});
