import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { missingPeriods, REACH_MS, WINDOW_MS } from "../../../collector/health/missing-periods.ts";
import { REACH_MS as RECEIVER_REACH_MS, WINDOW_MS as RECEIVER_WINDOW_MS } from "../../../receiver/windows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 6, 30, 12);
const TO = NOW - 2 * HOUR;
const REACH = NOW - REACH_MS;

suite("missingPeriods()", () => {
  test("takes window and reach as the receiver does", () => {
    assert.deepEqual([WINDOW_MS, REACH_MS], [RECEIVER_WINDOW_MS, RECEIVER_REACH_MS]);
  });

  const cases = [
    {
      name: "nothing when all is covered",
      originMs: NOW - DAY,
      coverage: [[NOW - DAY, TO]],
      gaps: [],
      backlog: [],
    },
    {
      name: "backlog from the first window's start on when nothing is covered",
      originMs: NOW - DAY + 5,
      coverage: [],
      gaps: [],
      backlog: [[NOW - DAY, TO]],
    },
    {
      name: "backlog between two listed periods",
      originMs: NOW - DAY,
      coverage: [
        [NOW - DAY, NOW - 9 * HOUR],
        [NOW - 5 * HOUR, TO],
      ],
      gaps: [],
      backlog: [[NOW - 9 * HOUR, NOW - 5 * HOUR]],
    },
    {
      name: "a gap and a backlog on both sides of the service's reach",
      originMs: NOW - 20 * DAY,
      coverage: [
        [NOW - 20 * DAY, NOW - 10 * DAY],
        [NOW - DAY, TO],
      ],
      gaps: [[NOW - 10 * DAY, REACH]],
      backlog: [[REACH, NOW - DAY]],
    },
    {
      name: "no gap in the window in which collection began",
      originMs: NOW - 20 * DAY + 5,
      coverage: [[NOW - 20 * DAY + HOUR, TO]],
      gaps: [],
      backlog: [],
    },
  ];
  for (const { name, originMs, coverage, gaps, backlog } of cases) {
    test(`finds ${name}`, () => {
      const found = missingPeriods({ originMs, coverage: coverage.map(period), nowMs: NOW, toMs: TO });
      assert.deepEqual(found, { gaps: gaps.map(period), backlog: backlog.map(period) });
    });
  }
});

function period([fromMs = 0, toMs = 0]: readonly number[]): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs, toMs };
}
