import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assert as assertProperty, integer, property } from "fast-check";
import {
  clampToReach,
  earliestStartMs,
  formatTime,
  REACH_MS,
  WINDOW_MS,
  windows,
  windowStart,
} from "../../receiver/windows.ts";

const at = (text: string): number => Date.parse(`${text}Z`);

suite("windows", () => {
  test("windows() gives whole windows of the UTC grid that the period touches", () => {
    const found = windows({ fromMs: at("2026-07-01T10:59:59"), toMs: at("2026-07-01T12:00:01") });
    assert.deepEqual(
      found.map(({ fromMs, toMs }) => [formatTime(fromMs), formatTime(toMs)]),
      [
        ["2026-07-01T10:00:00", "2026-07-01T11:00:00"],
        ["2026-07-01T11:00:00", "2026-07-01T12:00:00"],
        ["2026-07-01T12:00:00", "2026-07-01T13:00:00"],
      ],
    );
  });

  test("windows() treats both ends as half-open", () => {
    const found = windows({ fromMs: at("2026-07-01T10:00:00"), toMs: at("2026-07-01T11:00:00") });
    assert.deepEqual(found, [{ fromMs: at("2026-07-01T10:00:00"), toMs: at("2026-07-01T11:00:00") }]);
  });

  test("windows() gives none when the period is empty or reversed", () => {
    assert.deepEqual(windows({ fromMs: 5, toMs: 5 }), []);
    assert.deepEqual(windows({ fromMs: 6, toMs: 5 }), []);
  });

  test("windows() covers any period without gap or overlap, on borders that do not depend on it", () => {
    const time = integer({ min: at("2026-01-01T00:00:00"), max: at("2026-12-31T00:00:00") });
    assertProperty(
      property(time, integer({ min: 1, max: 7 * 86_400_000 }), (fromMs, width) => {
        const found = windows({ fromMs, toMs: fromMs + width });
        assert.ok((found[0]?.fromMs ?? Infinity) <= fromMs);
        assert.ok((found.at(-1)?.toMs ?? 0) >= fromMs + width);
        for (const [index, window] of found.entries()) {
          assert.equal(window.fromMs % WINDOW_MS, 0);
          assert.equal(window.toMs - window.fromMs, WINDOW_MS);
          if (index > 0) assert.equal(window.fromMs, found[index - 1]?.toMs);
        }
      }),
    );
  });

  test("windowStart() gives the window that begins at a border to that border", () => {
    assert.equal(windowStart(at("2026-07-01T10:00:00")), at("2026-07-01T10:00:00"));
    assert.equal(windowStart(at("2026-07-01T10:00:00") - 1), at("2026-07-01T09:00:00"));
  });

  const now = at("2026-07-08T10:30:00") + 250;
  const clampCases = [
    {
      name: "leaves a window within reach alone",
      from: "2026-07-01T11:00:00",
      expected: ["2026-07-01T11:00:00", "2026-07-01T12:00:00"],
    },
    {
      name: "cuts the window that straddles the reach",
      from: "2026-07-01T10:00:00",
      expected: ["2026-07-01T10:35:01", "2026-07-01T11:00:00"],
    },
    { name: "gives nothing for a window beyond", from: "2026-07-01T09:00:00", expected: undefined },
  ];
  for (const { name, from, expected } of clampCases) {
    test(`clampToReach() ${name}`, () => {
      const period = clampToReach({ fromMs: at(from), toMs: at(from) + WINDOW_MS }, now);
      assert.deepEqual(
        period === undefined ? undefined : [formatTime(period.fromMs), formatTime(period.toMs)],
        expected,
      );
    });
  }

  test("earliestStartMs() is a whole second within the reach", () => {
    const earliest = earliestStartMs(now);
    assert.equal(earliest % 1000, 0);
    assert.ok(now - earliest <= REACH_MS && now - earliest > REACH_MS - 1000);
  });
});
