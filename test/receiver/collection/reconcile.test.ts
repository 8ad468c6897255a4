import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger } from "../../../collector/storage/storage.ts";
import { reconcile, type ReconcileOptions } from "../../../receiver/collection/reconcile.ts";
import { classify } from "../../../receiver/wire-errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings, type LogLine } from "../../support/test-settings.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 6, 20, 12, 10);
const TYPE = "Audit.General";
const folder = mkdtempSync(join(tmpdir(), "otel-o365-reconcile-"));
const storage = openStorage(folder);

let tenants = 0;

function newLedger(): Ledger {
  tenants += 1;
  return storage.ledger({ cloud: "commercial", tenantId: `tenant-${tenants}`, clientId: "c" });
}

interface Run {
  readonly clock: ManualClock;
  readonly listed: string[];
  readonly lines: readonly LogLine[];
  readonly appeared: () => number;
  readonly stop: () => Promise<void>;
}

function run(ledger: Ledger, overrides: Partial<ReconcileOptions> = {}, startMs = START): Run {
  const clock = new ManualClock(startMs);
  const settings = testSettings({ clock });
  const listed: string[] = [];
  let appeared = 0;
  const controller = new AbortController();
  const { list, ...rest } = overrides;
  const running = reconcile(
    {
      ...settings,
      contentTypes: [TYPE],
      ledger,
      intervalMs: 6 * HOUR,
      relistMs: HOUR,
      list: (type, window, signal) => {
        listed.push(new Date(window.fromMs).toISOString().slice(0, 13));
        return list?.(type, window, signal) ?? Promise.resolve(0);
      },
      onAppeared: (_type, blobs) => {
        appeared += blobs;
      },
      ...rest,
    },
    controller.signal,
  );
  const stop = async (): Promise<void> => {
    controller.abort(new Error("stop"));
    await running;
  };
  return { clock, listed, lines: settings.lines, appeared: () => appeared, stop };
}

/** Everything from `fromMs` to the start was listed. */
function covered(fromMs: number): Ledger {
  const ledger = newLedger();
  ledger.addCoverage(TYPE, { fromMs, toMs: START + 10 * DAY }, START);
  return ledger;
}

suite("reconcile()", () => {
  after(() => {
    storage.close();
    rmSync(folder, { recursive: true });
  });

  test("lists every final window of seven days once, oldest first, whole ones only, one a second", async () => {
    const { clock, listed, lines, stop } = run(covered(START - 20 * DAY));
    await clock.advance(6 * HOUR - 1);
    assert.equal(listed.length, 0, "the first comparison comes after an interval");
    await clock.advance(60_000);
    assert.equal(listed.length, 59);
    await clock.advance(HOUR);
    // 18:10 less 7 days is within the window of 18 h, and 17:00 is where relist begins.
    assert.equal(listed[0], "2026-07-13T19");
    assert.equal(listed.at(-1), "2026-07-20T16");
    assert.equal(listed.length, 7 * 24 - 2);
    assert.deepEqual(listed, listed.toSorted());
    assert.deepEqual(
      lines.map(({ level }) => level),
      ["debug"],
    );
    await stop();
  });

  test("leaves windows alone that were never listed to their end: they are the poller's", async () => {
    const { clock, listed, stop } = run(covered(START - 5 * HOUR));
    await clock.advance(7 * HOUR);
    assert.equal(listed[0], "2026-07-20T08");
    await stop();
  });

  test("counts blobs that appear in a final window, and warns once", async () => {
    const ledger = covered(START - DAY);
    const { clock, lines, appeared, stop } = run(ledger, {
      list: (_type, { fromMs }) => Promise.resolve(new Date(fromMs).getUTCHours() === 3 ? 2 : 0),
    });
    await clock.advance(7 * HOUR);
    assert.equal(appeared(), 2);
    const [line] = lines.filter(({ level }) => level === "warn");
    assert.equal(line?.message, "Blobs appeared after their window was final; they are collected now");
    assert.equal(line?.fields["blobs"], 2);
    assert.equal(lines.length, 1);
    await stop();
  });

  test("stops when the service throttles, and begins anew later", async () => {
    let throttled = true;
    const { clock, listed, lines, stop } = run(covered(START - DAY), {
      list: () =>
        throttled
          ? Promise.reject(classify({ status: 429, headers: {}, body: "" }, "list", START))
          : Promise.resolve(0),
    });
    await clock.advance(6 * HOUR + 60_000);
    assert.equal(listed.length, 1);
    assert.equal(lines[0]?.level, "info");
    throttled = false;
    await clock.advance(20 * 60_000);
    assert.equal(listed.length, 1, "not before half an hour has passed");
    await clock.advance(20 * 60_000);
    assert.ok(listed.length > 20);
    await stop();
  });

  test("goes on after a window that fails by itself, and compares again before the interval is over", async () => {
    let failures = 0;
    const { clock, listed, stop } = run(covered(START - DAY), {
      list: () => {
        failures += 1;
        if (failures === 2) return Promise.reject(classify({ status: 500, headers: {}, body: "" }, "list", START));
        return Promise.resolve(0);
      },
    });
    await clock.advance(6 * HOUR + 10 * 60_000);
    const first = listed.length;
    assert.ok(first > 20);
    await clock.advance(40 * 60_000);
    assert.equal(listed.length, first * 2);
    await stop();
  });

  test("keeps its pace over restarts", async () => {
    const ledger = covered(START - DAY);
    const first = run(ledger);
    await first.clock.advance(5 * HOUR);
    await first.stop();
    assert.equal(first.listed.length, 0);
    const second = run(ledger, {}, START + 5 * HOUR);
    await second.clock.advance(HOUR + 60_000);
    assert.ok(second.listed.length > 0);
    await second.stop();
  });

  test("does not wait for a clock that was ahead", async () => {
    const ledger = covered(START - DAY);
    ledger.setReconciled(TYPE, START + 300 * DAY);
    const { clock, listed, stop } = run(ledger);
    await clock.advance(7 * HOUR);
    assert.ok(listed.length > 0);
    await stop();
  });

  test("does nothing when it is switched off", async () => {
    const { clock, listed, stop } = run(covered(START - DAY), { intervalMs: 0 });
    await clock.advance(3 * DAY);
    assert.equal(listed.length, 0);
    await stop();
  });
});
