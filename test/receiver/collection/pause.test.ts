import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Pause } from "../../../receiver/collection/pause.ts";

const HOUR = 3_600_000;

function setUp(): { readonly pause: Pause; readonly move: (ms: number) => void } {
  let now = 10 * HOUR;
  const clock = { now: () => now, sleep: () => Promise.resolve(), timeoutSignal: () => new AbortController().signal };
  const backoff = { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0 };
  const move = (ms: number): void => {
    now += ms;
  };
  return { pause: new Pause({ clock, backoff, random: () => 0 }), move };
}

suite("Pause", () => {
  test("grows with each failure in a row, and is short again after a success", () => {
    const { pause, move } = setUp();
    assert.equal(pause.remainingMs, 0);
    for (const expected of [1000, 2000, 4000]) {
      pause.begin(undefined);
      assert.equal(pause.remainingMs, expected);
      move(expected);
      assert.equal(pause.remainingMs, 0);
    }
    pause.succeeded();
    pause.begin(undefined);
    assert.equal(pause.remainingMs, 1000);
  });

  test("takes failures during a pause as the one that began it, unless the service asks for more time", () => {
    const { pause } = setUp();
    pause.begin(undefined);
    pause.begin(undefined);
    assert.equal(pause.remainingMs, 1000);
    pause.begin(30_000);
    assert.equal(pause.remainingMs, 30_000);
    pause.begin(5000);
    assert.equal(pause.remainingMs, 30_000);
  });

  test("is not longer by the hour that the clock is set back", () => {
    const { pause, move } = setUp();
    pause.begin(undefined);
    move(-HOUR);
    assert.equal(pause.remainingMs, 1000);
    move(1000);
    assert.equal(pause.remainingMs, 0);
  });
});
