import assert from "node:assert/strict";
import { afterEach, before, beforeEach, suite, test } from "node:test";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../../emulator/index.ts";
import { SignInUnavailableError } from "../../receiver/auth/sign-in-error.ts";
import { ensureSubscriptions, type SubscriptionOutcome } from "../../receiver/subscriptions.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { FakeLedger } from "./support/fake-ledger.ts";
import { makePair, type Pair } from "./support/pairs.ts";
import { startTenant, type Tenant } from "./support/tenant.ts";

const never = new AbortController().signal;
const MINUTE = 60_000;
const consentUrl = "https://login.example.com/consent";

suite("ensureSubscriptions()", () => {
  let pair: Pair;
  let tenant: Tenant;
  let clock: ManualClock;
  let ledger: FakeLedger;

  before(async () => {
    pair = await makePair();
  });
  beforeEach(async () => {
    clock = new ManualClock(Date.UTC(2026, 6, 1, 12));
    ledger = new FakeLedger();
    tenant = await startTenant(pair, { clock, assertionClock: { now: Date.now } }, { clock });
  });
  afterEach(() => tenant.close());

  async function ensure(types: readonly string[], refused: readonly string[] = []): Promise<SubscriptionOutcome[]> {
    const options = { client: tenant.client, ledger, clock, refused: new Set(refused), consentUrl };
    return [...(await ensureSubscriptions(options, types, never)).values()];
  }

  /** Content types of the start requests so far. */
  function starts(): (string | undefined)[] {
    return tenant.emulator.requests
      .filter(({ operation }) => operation === "start")
      .map(({ contentType }) => contentType);
  }

  test("starts what is missing, and nothing that is enabled", async () => {
    assert.deepEqual(await ensure(["Audit.Exchange"]), [{ state: "active", started: true }]);
    assert.deepEqual(await ensure(["Audit.Exchange", "Audit.General"]), [
      { state: "active", started: false },
      { state: "active", started: true },
    ]);
    assert.deepEqual(starts(), ["Audit.Exchange", "Audit.General"]);
  });

  test("looks at the list before it starts anything", async () => {
    await ensure(["Audit.Exchange"]);
    assert.deepEqual(
      tenant.emulator.requests.map(({ operation }) => operation),
      ["token", "list", "start"],
    );
  });

  test("stores the time of a start before it asks for it", async () => {
    tenant.emulator.faults.add({ match: { operation: "start" }, action: { kind: "reset" } });
    await assert.rejects(
      ensure(["Audit.Exchange"]),
      (error) => error instanceof RetryableError && error.code === ErrorCode.unavailable,
    );
    assert.equal(ledger.started.get("Audit.Exchange"), clock.now());
  });

  test("starts a disabled subscription again, at most once in 15 minutes", async () => {
    await ensure(["Audit.Exchange"]);
    tenant.emulator.disableSubscription(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID, "Audit.Exchange");
    await clock.advance(5 * MINUTE);
    const [waiting] = await ensure(["Audit.Exchange"]);
    assert.equal(waiting?.state, "waiting");
    assert.equal(waiting.retryAtMs, Date.UTC(2026, 6, 1, 12, 15));
    assert.match(
      waiting.message,
      /^Cannot start subscription "Audit\.Exchange" yet: .*; nothing to do: it is started at 2026-07-01T12:15:00\.000Z$/,
    );
    await clock.advance(10 * MINUTE);
    assert.deepEqual(await ensure(["Audit.Exchange"]), [{ state: "active", started: true }]);
    assert.deepEqual(starts(), ["Audit.Exchange", "Audit.Exchange"]);
  });

  test("does not hold up one content type for the start of another", async () => {
    await ensure(["Audit.Exchange"]);
    assert.deepEqual(await ensure(["Audit.General"]), [{ state: "active", started: true }]);
  });

  test("starts what a listing refused even where the list says enabled, and takes AF20024 as success", async () => {
    await tenant.client.startSubscription("Audit.Exchange", never);
    await clock.advance(20 * MINUTE);
    assert.deepEqual(await ensure(["Audit.Exchange"], ["Audit.Exchange"]), [{ state: "active", started: false }]);
    assert.equal(starts().length, 2);
    assert.equal(tenant.emulator.requests.at(-1)?.code, "AF20024");
  });

  for (const { wait, waitMs } of [
    { wait: "14m 56s", waitMs: 896_000 },
    { wait: "4m 2s", waitMs: 242_000 },
  ]) {
    test(`waits ${wait}, not 15 minutes, when the service counts a start that the ledger does not know`, async () => {
      const message = `Too many frequent subscription start requests. Please retry again after ${wait}`;
      tenant.emulator.faults.add({
        match: { operation: "start" },
        action: { kind: "respond", status: 429, body: { error: { code: "AF429", message } } },
      });
      const [outcome] = await ensure(["Audit.Exchange"]);
      assert.equal(outcome?.state, "waiting");
      assert.equal(outcome.retryAtMs, clock.now() + waitMs);
      await clock.advance(waitMs - 1);
      const [early] = await ensure(["Audit.Exchange"]);
      assert.deepEqual([early?.state, starts().length], ["waiting", 1], "no request before its time");
      await clock.advance(1);
      assert.deepEqual(await ensure(["Audit.Exchange"]), [{ state: "active", started: true }]);
    });
  }

  test("asks again at once when there was no token to ask with", async () => {
    await ensure([]);
    tenant.emulator.faults.add({ match: { operation: "start" }, action: { kind: "respond", status: 401 } });
    tenant.emulator.faults.add({ match: { operation: "token" }, action: { kind: "respond", status: 503 } });
    await assert.rejects(ensure(["Audit.Exchange"]), SignInUnavailableError);
    assert.deepEqual(await ensure(["Audit.Exchange"]), [{ state: "active", started: true }]);
  });

  test("tells a missing permission of one content type from the others", async () => {
    tenant.emulator.setRoles(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID, ["ActivityFeed.Read"]);
    const [dlp, exchange] = await ensure(["DLP.All", "Audit.Exchange"]);
    assert.deepEqual(exchange, { state: "active", started: true });
    assert.equal(dlp?.state, "denied");
    assert.match(
      dlp.message,
      /AF10001.*"DLP\.All" needs ActivityFeed\.ReadDlp, which an administrator consents to at https:\/\/login\.example\.com\/consent$/,
    );
    assert.equal(dlp.retryAtMs, clock.now() + 15 * MINUTE);
  });

  test("calls every content type denied when the app may not even list", async () => {
    tenant.emulator.setRoles(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID, []);
    const outcomes = await ensure(["Audit.Exchange", "Audit.General"]);
    assert.deepEqual(
      outcomes.map(({ state }) => state),
      ["denied", "denied"],
    );
    assert.deepEqual(starts(), []);
  });

  test("says how to switch auditing on", async () => {
    tenant.emulator.setAuditing(DEFAULT_TENANT_ID, false);
    const [outcome] = await ensure(["Audit.Exchange"]);
    assert.equal(outcome?.state, "auditing_off");
    assert.match(outcome.message, /Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled \$true/);
  });

  test("goes on with the next content type when a start fails", async () => {
    tenant.emulator.faults.add({
      match: { operation: "start", contentType: "DLP.All" },
      action: { kind: "respond", status: 500, body: "oops" },
    });
    const [dlp, exchange] = await ensure(["DLP.All", "Audit.Exchange"]);
    assert.equal(dlp?.state, "failed");
    assert.equal(dlp.error?.kind, "transient");
    assert.deepEqual(exchange, { state: "active", started: true });
  });

  test("throws when the subscriptions cannot be listed", async () => {
    tenant.emulator.faults.add({ match: { operation: "list" }, action: { kind: "throttle" } });
    await assert.rejects(ensure(["Audit.Exchange"]), /AF429/);
    assert.deepEqual(starts(), []);
  });

  test("starts within 15 minutes although the clock was a year ahead at the last start", async () => {
    ledger.setSubscriptionStarted("Audit.Exchange", clock.now() + 365 * 86_400_000);
    const [outcome] = await ensure(["Audit.Exchange"]);
    assert.equal(outcome?.state, "waiting");
    assert.deepEqual(starts(), []);
    await clock.advance(15 * MINUTE);
    assert.deepEqual(await ensure(["Audit.Exchange"]), [{ state: "active", started: true }]);
  });
});
