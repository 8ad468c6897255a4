import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, Period } from "../../../collector/storage/storage.ts";
import type { StatusReport } from "../../../collector/telemetry.ts";
import { pollContentType, type Obstacle, type PollerOptions } from "../../../receiver/collection/poller.ts";
import { classify } from "../../../receiver/wire-errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "otel-o365-poller-"));
const storage = openStorage(folder);

let tenants = 0;

interface Run {
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly listed: string[];
  readonly subscribes: boolean[];
  readonly reports: readonly StatusReport[];
  readonly gaps: Period[];
  readonly stop: () => Promise<void>;
}

function run(
  overrides: Partial<PollerOptions> = {},
  {
    clock = new ManualClock(Date.UTC(2026, 6, 1, 12, 10)),
    ledger,
  }: { readonly clock?: ManualClock; readonly ledger?: Ledger } = {},
): Run {
  tenants += 1;
  const state = ledger ?? storage.ledger({ cloud: "commercial", tenantId: `tenant-${tenants}`, clientId: "c" });
  const listed: string[] = [];
  const subscribes: boolean[] = [];
  const gaps: Period[] = [];
  const settings = testSettings({ clock });
  const { list, subscribe, ...rest } = overrides;
  const controller = new AbortController();
  const running = pollContentType(
    {
      ...settings,
      contentType: "Audit.General",
      ledger: state,
      pollIntervalMs: 60_000,
      initialLookbackMs: 3 * HOUR,
      relistMs: HOUR,
      backoff: { initialIntervalMs: 1000, maxIntervalMs: 300_000, randomizationFactor: 0 },
      subscribe: (type, refused, signal) => {
        subscribes.push(refused);
        return subscribe?.(type, refused, signal) ?? Promise.resolve(undefined);
      },
      list: async (type, window, signal, priority) => {
        listed.push(new Date(window.fromMs).toISOString().slice(11, 13));
        const added = (await list?.(type, window, signal, priority)) ?? 0;
        state.addCoverage(type, { fromMs: window.fromMs, toMs: Math.min(window.toMs, clock.now()) }, clock.now());
        return added;
      },
      onListed: () => undefined,
      onGap: (_type, found) => gaps.push(...found),
      ...rest,
    },
    controller.signal,
  );
  const stop = async (): Promise<void> => {
    controller.abort(new Error("stop"));
    await running;
  };
  return { clock, ledger: state, listed, subscribes, reports: settings.reports, gaps, stop };
}

function apiError(status: number, code: string): Error {
  const body = JSON.stringify({ error: { code, message: "x" } });
  return classify({ status, headers: {}, body }, "list content", 0);
}

suite("pollContentType()", () => {
  after(() => {
    storage.close();
    rmSync(folder, { recursive: true });
  });

  test("lists recent windows first, then the lookback, and afterwards the recent ones only", async () => {
    const { clock, listed, stop } = run();
    await clock.advance(0);
    assert.deepEqual(listed, ["12", "11", "09", "10"]);
    await clock.advance(60_000);
    assert.deepEqual(listed.slice(4), ["12", "11"]);
    await stop();
  });

  test("lists recent windows as live and the lookback as backfill", async () => {
    const priorities: string[] = [];
    const { clock, stop } = run({
      list: (_type, _window, _signal, priority) => Promise.resolve(priorities.push(priority)),
    });
    await clock.advance(0);
    assert.deepEqual(priorities, ["live", "live", "backfill", "backfill"]);
    await stop();
  });

  test("goes on with the rest of the first lookback after a stop in the middle of it", async () => {
    let windows = 0;
    const first = run({
      list: () => {
        windows += 1;
        return windows > 3 ? Promise.reject(apiError(500, "AF50000")) : Promise.resolve(0);
      },
    });
    await first.clock.advance(0);
    await first.stop();
    assert.deepEqual(first.listed, ["12", "11", "09", "10"]);
    const second = run({}, { clock: first.clock, ledger: first.ledger });
    await second.clock.advance(0);
    assert.deepEqual(second.listed, ["12", "11", "10"]);
    await second.stop();
  });

  test("lists what was missed while it was off", async () => {
    const first = run();
    await first.clock.advance(0);
    await first.stop();
    const clock = new ManualClock(first.clock.now() + 5 * HOUR);
    const second = run({ initialLookbackMs: HOUR }, { clock, ledger: first.ledger });
    await clock.advance(0);
    assert.deepEqual(second.listed, ["17", "16", "12", "13", "14", "15"]);
    await second.stop();
  });

  test("reports what the service no longer lists after more than 7 days", async () => {
    const first = run();
    await first.clock.advance(0);
    await first.stop();
    const clock = new ManualClock(first.clock.now() + 8 * 24 * HOUR);
    const second = run({ list: () => Promise.resolve(0) }, { clock, ledger: first.ledger });
    await clock.advance(0);
    assert.equal(second.gaps.length, 1);
    assert.equal(second.gaps[0]?.fromMs, first.clock.now());
    await second.stop();
  });

  test("does not poll again before poll_interval has passed since the poll began", async () => {
    const { clock, listed, stop } = run();
    await clock.advance(59_000);
    assert.equal(listed.length, 4);
    await clock.advance(1000);
    assert.equal(listed.length, 6);
    await stop();
  });

  test("backs off with growing delay while the service fails, then reports ok", async () => {
    let failing = true;
    const { clock, listed, reports, stop } = run({
      list: () => (failing ? Promise.reject(apiError(503, "AF50000")) : Promise.resolve(0)),
    });
    await clock.advance(7500);
    assert.equal(listed.length, 4 * 3, "three windows at 0, 1, 3 and 7 seconds");
    assert.equal(reports.at(-1)?.status, "recoverable_error");
    failing = false;
    await clock.advance(8000);
    assert.equal(reports.at(-1)?.status, "ok");
    await stop();
  });

  test("looks at the subscription again after a listing that was refused, saying so", async () => {
    let refusals = 1;
    const { clock, subscribes, stop } = run({
      list: () => {
        refusals -= 1;
        return refusals >= 0 ? Promise.reject(apiError(400, "AF20022")) : Promise.resolve(0);
      },
    });
    await clock.advance(2000);
    assert.deepEqual(subscribes, [false, true]);
    await stop();
  });

  test("waits out what keeps the subscription from starting, listing nothing meanwhile", async () => {
    const obstacle: Obstacle = {
      retryAfterMs: 900_000,
      status: "permanent_error",
      message: "no consent",
    };
    const { clock, listed, subscribes, reports, stop } = run({ subscribe: () => Promise.resolve(obstacle) });
    await clock.advance(899_000);
    assert.deepEqual([listed.length, subscribes.length], [0, 1]);
    assert.deepEqual(reports.at(-1), { aspect: "Audit.General", status: "permanent_error", message: "no consent" });
    await clock.advance(1000);
    assert.equal(subscribes.length, 2);
    await stop();
  });

  test("honours the time that the service asks for", async () => {
    const error = new RetryableError(ErrorCode.throttled, "slow down", { retryAfterMs: 30_000 });
    const { clock, listed, stop } = run({ list: () => Promise.reject(error) });
    await clock.advance(29_000);
    assert.equal(listed.length, 1);
    await clock.advance(1000);
    assert.equal(listed.length, 2);
    await stop();
  });

  test("asks once a minute after an error that somebody has to mend", async () => {
    const { clock, listed, reports, stop } = run({ list: () => Promise.reject(apiError(401, "AF10001")) });
    await clock.advance(59_000);
    assert.equal(listed.length, 1);
    assert.equal(reports.at(-1)?.status, "permanent_error");
    await clock.advance(1000);
    assert.equal(listed.length, 2);
    await stop();
  });

  test("lists the other windows although one of them can never be listed, and says so until it can", async () => {
    let broken = true;
    const { clock, listed, reports, stop } = run({
      list: (_type, { fromMs }) =>
        broken && new Date(fromMs).getUTCHours() === 9
          ? Promise.reject(new RetryableError(ErrorCode.protocol, "an entry has no id"))
          : Promise.resolve(0),
    });
    await clock.advance(0);
    assert.deepEqual(listed, ["12", "11", "09", "10"]);
    assert.equal(reports.at(-1)?.status, "recoverable_error");
    await clock.advance(300_000);
    const minutes = listed.filter((hour) => hour === "12").length;
    assert.ok(minutes >= 5 && minutes <= 12, `${minutes} polls in five minutes`);
    broken = false;
    await clock.advance(60_000);
    assert.equal(reports.at(-1)?.status, "ok");
    await stop();
  });

  test("gets on with the backlog although every poll takes longer than its interval", async () => {
    const clock = new ManualClock(Date.UTC(2026, 6, 1, 12, 10));
    const { listed, stop } = run(
      { list: (_type, _window, signal) => clock.sleep(45_000, signal).then(() => 0) },
      { clock },
    );
    await clock.advance(10 * 60_000);
    assert.ok(listed.includes("09") && listed.includes("10"), listed.join(" "));
    await stop();
  });

  test("does not wait an hour longer because the clock is set back by one during a poll", async () => {
    let nowMs = Date.UTC(2026, 6, 1, 12, 10);
    const waits: number[] = [];
    const { promise: second, resolve } = Promise.withResolvers<void>();
    const clock = {
      now: () => nowMs,
      timeoutSignal: () => new AbortController().signal,
      sleep: (ms: number, signal: AbortSignal) => {
        waits.push(ms);
        resolve();
        return new Promise<void>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      },
    };
    const { stop } = run({
      clock,
      list: () => {
        nowMs = Date.UTC(2026, 6, 1, 11, 10);
        return Promise.resolve(0);
      },
    });
    await second;
    assert.deepEqual(waits, [60_000]);
    await stop();
  });

  test("lists again what a clock that was ahead has listed before it could hold anything", async () => {
    const ahead = new ManualClock(Date.UTC(2026, 6, 1, 17, 10));
    const first = run({}, { clock: ahead });
    await ahead.advance(0);
    await first.stop();
    const right = new ManualClock(Date.UTC(2026, 6, 1, 12, 10));
    const second = run({}, { clock: right, ledger: first.ledger });
    await right.advance(0);
    await second.stop();
    const later = new ManualClock(Date.UTC(2026, 6, 1, 19, 10));
    const third = run({}, { clock: later, ledger: first.ledger });
    await later.advance(0);
    assert.deepEqual(third.listed, ["19", "18", "12", "13", "14", "15", "16", "17"]);
    await third.stop();
  });
});
