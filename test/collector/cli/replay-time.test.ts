import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseReplayTime } from "../../../collector/cli/replay-time.ts";

const NOW = Date.UTC(2026, 6, 2, 12, 0, 0);

suite("parseReplayTime()", () => {
  const cases: readonly (readonly [text: string, expected: string | undefined])[] = [
    ["2026-07-01T09:30:15", "2026-07-01T09:30:15.000Z"],
    ["2026-07-01T09:30:15.25Z", "2026-07-01T09:30:15.250Z"],
    ["2026-07-01T09:30", "2026-07-01T09:30:00.000Z"],
    ["2026-07-01 09:30", "2026-07-01T09:30:00.000Z"],
    ["2026-07-01T11:30+02:00", "2026-07-01T09:30:00.000Z"],
    ["2026-07-01T09:30z", "2026-07-01T09:30:00.000Z"],
    ["2026-07-01", "2026-07-01T00:00:00.000Z"],
    [" 36h ", "2026-07-01T00:00:00.000Z"],
    ["1d12h", "2026-07-01T00:00:00.000Z"],
    ["0s", "2026-07-02T12:00:00.000Z"],
    ["now", "2026-07-02T12:00:00.000Z"],
    ["2026-02-30", undefined],
    ["2026-07-01T25:00", undefined],
    ["01.07.2026", undefined],
    ["07/01/2026", undefined],
    ["yesterday", undefined],
    ["36", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    test(`reads ${JSON.stringify(text)} as ${expected ?? "no time"}`, () => {
      const ms = parseReplayTime(text, NOW);
      assert.equal(ms === undefined ? undefined : new Date(ms).toISOString(), expected);
    });
  }
});
