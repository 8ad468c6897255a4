import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Period } from "../../../collector/storage/storage.ts";
import { dueWindows } from "../../../receiver/collection/due-windows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 6, 10, 12);

function due(nowMs: number, originMs: number, listed: readonly Period[], relistMs = HOUR) {
  return dueWindows({ nowMs, originMs, relistMs, covered: () => listed });
}

function hours(periods: readonly Period[]): string[] {
  return periods.map(({ fromMs }) => new Date(fromMs).toISOString().slice(5, 13));
}

suite("dueWindows()", () => {
  test("lists the running window and those within relist again, newest first, even where they are covered", () => {
    const nowMs = NOON + 20 * 60_000;
    const { recent, backlog } = due(nowMs, NOON - DAY, [{ fromMs: NOON - DAY, toMs: nowMs }]);
    assert.deepEqual(hours(recent), ["07-10T12", "07-10T11"]);
    assert.deepEqual(backlog, []);
  });

  test("lists the running window on the very border", () => {
    const { recent } = due(NOON, NOON - DAY, [{ fromMs: NOON - DAY, toMs: NOON }], 0);
    assert.deepEqual(hours(recent), ["07-10T12"]);
  });

  test("gives the whole lookback as backlog at first, oldest first, in whole windows", () => {
    const { recent, backlog } = due(NOON + 1, NOON - 4 * HOUR + 30 * 60_000, []);
    assert.deepEqual(hours(backlog), ["07-10T08", "07-10T09", "07-10T10"]);
    assert.deepEqual(hours(recent), ["07-10T12", "07-10T11"]);
    assert.ok(backlog.every(({ fromMs, toMs }) => toMs - fromMs === HOUR));
  });

  test("gives a window back as backlog when any part of it is not covered", () => {
    const { backlog } = due(NOON + 1, NOON - 5 * HOUR, [
      { fromMs: NOON - 5 * HOUR, toMs: NOON - 3 * HOUR - 60_000 },
      { fromMs: NOON - 3 * HOUR, toMs: NOON },
    ]);
    assert.deepEqual(hours(backlog), ["07-10T08"]);
  });

  test("reports what the service no longer lists after a stop of more than 7 days", () => {
    const stoppedMs = NOON - 9 * DAY;
    const { unreachable, backlog } = due(NOON, NOON - 20 * DAY, [{ fromMs: NOON - 20 * DAY, toMs: stoppedMs }]);
    assert.equal(unreachable.length, 1);
    assert.equal(unreachable[0]?.fromMs, stoppedMs);
    assert.equal(unreachable[0]?.toMs, NOON - 7 * DAY + 5 * 60_000);
    assert.equal(backlog.length, 7 * 24 - 1);
  });

  test("takes an initial lookback of the full reach for no gap", () => {
    const { unreachable } = due(NOON + 10 * 60_000, NOON - 7 * DAY, []);
    assert.deepEqual(unreachable, []);
  });

  test("asks no window older than the reach", () => {
    const { backlog } = due(NOON, NOON - 30 * DAY, []);
    assert.equal(backlog[0]?.fromMs, NOON - 7 * DAY);
  });
});
