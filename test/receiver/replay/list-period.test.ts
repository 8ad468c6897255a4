import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CollectorError, ErrorCode, RetryableError } from "../../../collector/errors.ts";
import type { Period } from "../../../collector/storage/storage.ts";
import { listPeriod, unlistedParts } from "../../../receiver/replay/list-period.ts";
import { classify } from "../../../receiver/wire-errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 6, 2, 12, 0, 0);
const never = new AbortController().signal;
const apiError = (status: number, code: string): Error =>
  classify({ status, headers: {}, body: JSON.stringify({ error: { code, message: "m" } }) }, "list content", NOW);

interface Run {
  /** Windows asked for, as hours before now, in order. */
  readonly asked: readonly number[];
  readonly outcome: Promise<string | undefined>;
  readonly missing: () => readonly Period[];
  readonly statuses: () => readonly string[];
}

/** Lists the last six hours. `answer` gets the hours before now and how often they were asked for. */
function run(
  answer: (ago: number, attempt: number) => Error | undefined,
  fromAgo = 6,
  listed: Period[] = [],
): Run & { readonly clock: ManualClock } {
  const clock = new ManualClock(NOW);
  const asked: number[] = [];
  const settings = testSettings({ clock });
  const period = { fromMs: NOW - fromAgo * HOUR_MS, toMs: NOW };
  const ledger = {
    coverage: (_type: string, within: Period) =>
      listed
        .filter((one) => one.toMs > within.fromMs && one.fromMs < within.toMs)
        .toSorted((a, b) => a.fromMs - b.fromMs),
  };
  const list = (window: Period): Promise<void> => {
    const ago = (NOW - window.fromMs) / HOUR_MS;
    asked.push(ago);
    const error = answer(ago, asked.filter((one) => one === ago).length);
    if (error !== undefined) return Promise.reject(error);
    listed.push(window);
    return Promise.resolve();
  };
  const backoff = { initialIntervalMs: 1000, maxIntervalMs: 8000, randomizationFactor: 0 };
  const options = { ...settings, contentType: "Audit.Exchange", period, ledger, backoff, list, onWindow: () => {} };
  return {
    clock,
    asked,
    outcome: listPeriod(options, never),
    missing: () => unlistedParts(options),
    statuses: () => settings.reports.map(({ status }) => status),
  };
}

suite("listPeriod()", () => {
  test("lists every window once, oldest first, and none that was listed before", async () => {
    const { asked, outcome, missing } = run(() => undefined, 6, [
      { fromMs: NOW - 5 * HOUR_MS, toMs: NOW - 3 * HOUR_MS },
    ]);
    assert.equal(await outcome, undefined);
    assert.deepEqual(asked, [6, 3, 2, 1]);
    assert.deepEqual(missing(), []);
  });

  test("tries what fails again after the others, until it comes through", async () => {
    const flaky = new RetryableError(ErrorCode.protocol, "Cannot list");
    const { asked, outcome, clock, statuses } = run((ago, attempt) => (ago === 5 && attempt <= 2 ? flaky : undefined));
    await clock.advance(60_000);
    assert.equal(await outcome, undefined);
    assert.deepEqual(asked, [6, 5, 4, 3, 2, 1, 5, 5]);
    assert.deepEqual(statuses(), ["recoverable_error", "ok", "recoverable_error", "ok"]);
  });

  test("waits as long as the service asks for before anything else", async () => {
    const throttled = classify({ status: 429, headers: { "retry-after": "30" }, body: "" }, "list content", NOW);
    const { asked, outcome, clock } = run((ago, attempt) => (ago === 6 && attempt === 1 ? throttled : undefined));
    await clock.advance(29_000);
    assert.deepEqual(asked, [6]);
    await clock.advance(60_000);
    assert.equal(await outcome, undefined);
    assert.deepEqual(asked, [6, 5, 4, 3, 2, 1, 6]);
  });

  test("gives up a content type without subscription, and says that none is started", async () => {
    for (const code of ["AF20022", "AF20023"]) {
      const { asked, outcome } = run(() => apiError(400, code));
      assert.match(
        (await outcome) ?? "",
        new RegExp(`^Cannot list content "Audit\\.Exchange": the API answered ${code} .*replay starts none`),
      );
      assert.deepEqual(asked, [6]);
    }
  });

  test("gives up what somebody has to mend, with the API's own words", async () => {
    const { outcome } = run(() => apiError(401, "AF10001"));
    assert.match((await outcome) ?? "", /^Cannot list content: the API answered AF10001/);
  });

  test("throws when nothing could be listed at all: no certificate, no sign-in", async () => {
    const { outcome } = run(() => new CollectorError(ErrorCode.credentials, "Cannot sign in"));
    await assert.rejects(outcome, /Cannot sign in/);
  });

  test("leaves out what is beyond the service's reach, and cuts the window that straddles it", async () => {
    const { asked, outcome, missing } = run(() => undefined, 7 * 24 + 5);
    assert.equal(await outcome, undefined);
    assert.equal(asked[0], 7 * 24, "the window that reaches five minutes back of the limit");
    assert.equal(asked.length, 7 * 24);
    assert.deepEqual(missing(), [{ fromMs: NOW - (7 * 24 + 5) * HOUR_MS, toMs: NOW - 7 * 24 * HOUR_MS }]);
  });
});
