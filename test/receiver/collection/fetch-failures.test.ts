import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { SignInUnavailableError } from "../../../receiver/auth/sign-in-error.ts";
import { classify } from "../../../receiver/wire-errors.ts";
import {
  api,
  Backend,
  closeSchedulers,
  ledgerSays,
  type SchedulerUnderTest,
  setUpScheduler,
} from "../support/scheduler.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BAD = "blob-0";

function about(reports: SchedulerUnderTest["reports"], aspect: string): unknown[] {
  return reports.filter((report) => report.aspect === aspect).map(({ status, reason }) => [status, reason]);
}

function attemptsAt({ fetched }: SchedulerUnderTest, contentId: string): number {
  return fetched.filter((id) => id === contentId).length;
}

/** One bad blob, and a good one every hour. */
async function passHours(run: SchedulerUnderTest, hours: number, from: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    run.list(from + hour, 1);
    run.scheduler.notify();
    await run.clock.advance(HOUR_MS);
  }
}

suite("A blob that fails again and again", () => {
  after(closeSchedulers);

  test("is named once as trouble, again and again ever more seldom, and is over when it comes through", async () => {
    const backend = new Backend("logs>one");
    let broken = true;
    const run = setUpScheduler([backend], { blobs: 1 }, ({ contentId }) =>
      broken && contentId === BAD ? api(500, "AF50000") : undefined,
    );
    await passHours(run, 3, 1);
    assert.deepEqual(new Set(about(run.reports, "content").map(String)), new Set(["recoverable_error,set_aside"]));
    const warned = run.lines.filter(({ level }) => level === "warn");
    assert.deepEqual(
      warned.map(({ fields }) => fields["attempts"]),
      [8, 16, 32, 64, 128],
    );
    assert.equal(warned[0]?.fields["content_id"], BAD);
    assert.match(String(warned[0]?.fields["error"]), /^Cannot fetch blob "x": the API answered AF50000/);
    assert.equal(ledgerSays(run.ledger).delivered, 3, "the others");
    broken = false;
    await run.clock.advance(60_000);
    assert.equal(run.reports.at(-1)?.status, "ok");
    assert.equal(ledgerSays(run.ledger).delivered, 4);
    await run.stop();
  });

  test("counts as expired a day after it expired, when others came through, and is a gap with a reason", async () => {
    const backend = new Backend("logs>one");
    const run = setUpScheduler([backend], { blobs: 1, maxIntervalMs: HOUR_MS, lifeMs: 4 * HOUR_MS }, ({ contentId }) =>
      contentId === BAD ? api(500, "AF50000") : undefined,
    );
    await passHours(run, 4 + 24 - 1, 1);
    assert.equal(ledgerSays(run.ledger).expired, 0);
    await passHours(run, 3, 1000);
    assert.deepEqual(ledgerSays(run.ledger), { delivered: 4 + 24 + 2, pending: 0, expired: 1, gone: 0 });
    const [line, ...more] = run.lines.filter(({ level }) => level === "error");
    assert.deepEqual(more, []);
    assert.match(String(line?.message), /^Blob lost: a gap in the audit trail\. /);
    assert.deepEqual(
      [line?.fields["content_id"], line?.fields["content_type"], line?.fields["state"]],
      [BAD, "Audit.General", "expired"],
    );
    assert.match(String(line?.fields["error"]), /AF50000 .*; it is given up, because it expired on 2026-07-01T16:00/);
    assert.equal(run.reports.at(-1)?.status, "ok");
    const attempts = attemptsAt(run, BAD);
    await passHours(run, 3, 2000);
    assert.equal(attemptsAt(run, BAD), attempts, "nobody asks for it any more");
    await run.stop();
  });

  test("is never given up while nothing else comes through either", async () => {
    const run = setUpScheduler(
      [new Backend("logs>one")],
      { blobs: 2, maxIntervalMs: HOUR_MS, lifeMs: 4 * HOUR_MS },
      () => api(500, "AF50000"),
    );
    await run.clock.advance(5 * DAY_MS);
    assert.deepEqual(ledgerSays(run.ledger), { delivered: 0, pending: 2, expired: 0, gone: 0 });
    await run.stop();
  });

  test("waits as long as the service asks, and does not make the others wait", async () => {
    const backend = new Backend("logs>one");
    const busy = classify({ status: 503, headers: { "retry-after": "40" }, body: "" }, "fetch blob", 0);
    const run = setUpScheduler([backend], { blobs: 5, concurrency: 1 }, ({ contentId }) =>
      contentId === BAD ? busy : undefined,
    );
    await run.clock.advance(39_000);
    assert.equal(attemptsAt(run, BAD), 1);
    assert.equal(ledgerSays(run.ledger).delivered, 4);
    await run.clock.advance(2000);
    assert.equal(attemptsAt(run, BAD), 2);
    await run.stop();
  });

  test("makes all wait when a second one in a row is told to stay away", async () => {
    const busy = classify({ status: 503, headers: { "retry-after": "40" }, body: "" }, "fetch blob", 0);
    let broken = true;
    const run = setUpScheduler([new Backend("logs>one")], { blobs: 50, concurrency: 4 }, () =>
      broken ? busy : undefined,
    );
    await run.clock.advance(39_000);
    assert.ok(run.fetched.length <= 4, `${run.fetched.length} requests`);
    broken = false;
    await run.clock.advance(60_000);
    assert.equal(ledgerSays(run.ledger).delivered, 50);
    await run.stop();
  });

  test("is not blamed for an Entra ID that cannot be reached", async () => {
    let away = true;
    const cause = new RetryableError(ErrorCode.unavailable, "Cannot sign in: no route; check");
    const run = setUpScheduler([new Backend("logs>one")], { blobs: 5 }, () =>
      away ? new SignInUnavailableError(cause) : undefined,
    );
    await run.clock.advance(30 * 60_000);
    assert.ok(run.fetched.length <= 80, `${run.fetched.length} attempts`);
    assert.equal(run.ledger.pending(["logs>one"], run.clock.now(), 9, new Set()).length, 5, "none is set aside");
    assert.deepEqual(
      run.reports.map(({ aspect }) => aspect).filter((aspect) => aspect !== undefined),
      [],
    );
    away = false;
    await run.clock.advance(120_000);
    assert.equal(ledgerSays(run.ledger).delivered, 5);
    assert.deepEqual(run.reports.at(-1), { status: "ok" });
    await run.stop();
  });
});
