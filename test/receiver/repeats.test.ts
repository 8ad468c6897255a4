import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { Agent } from "undici";
import { type Clock, systemClock } from "../../collector/clock.ts";
import type { Branch, Component } from "../../collector/component.ts";
import { openStorage } from "../../collector/storage/sqlite.ts";
import type { Ledger, Period, Storage } from "../../collector/storage/storage.ts";
import { type ApiClient, createApiClient } from "../../receiver/api-client.ts";
import { loadCredentials } from "../../receiver/auth/credentials.ts";
import { createTokenSource } from "../../receiver/auth/token-source.ts";
import { reconcile } from "../../receiver/collection/reconcile.ts";
import { config, type O365Config } from "../../receiver/config.ts";
import { listWindow } from "../../receiver/listing.ts";
import { createO365Receiver } from "../../receiver/receiver.ts";
import { windowStart, WINDOW_MS } from "../../receiver/windows.ts";
import { eventually } from "../support/eventually.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { keepPair } from "../support/keep-pair.ts";
import { testSettings, type TestSettings } from "../support/test-settings.ts";
import { testBudget } from "./support/budget.ts";

const NAME = "logs>test";
const TYPE = "Audit.Exchange";
const MINUTE = 60_000;
const never = new AbortController().signal;
const closers: (() => Promise<unknown> | void)[] = [];

/** Records with the ids `from` up to, not including, `to`. */
function records(from: number, to: number): Record<string, unknown>[] {
  return Array.from({ length: to - from }, (_, index) => ({
    Id: `00000000-0000-4000-8000-${String(from + index).padStart(12, "0")}`,
    Operation: "MailItemsAccessed",
    RecordType: 50,
    CreationTime: "2026-07-01T10:00:00",
    Workload: "Exchange",
  }));
}

/** A tenant and a collector of it that can be stopped and started on the same ledger. */
interface Setup {
  readonly source: TestTenant;
  readonly parsed: O365Config;
  readonly got: string[];
  readonly ledger: () => Ledger;
  readonly start: () => Promise<TestSettings>;
  readonly stop: () => Promise<void>;
}

async function setUp(): Promise<Setup> {
  const source = await startTenant({ rules: { quotaPerMinute: Infinity } });
  const parsed = config.parse(source.receiver({ content_types: [TYPE] }));
  const got: string[] = [];
  const branch: Branch = {
    name: NAME,
    consume: (batch) => {
      got.push(...batch.map(({ attributes }) => String(attributes["o365.id"])));
      return Promise.resolve();
    },
  };
  let storage: Storage | undefined;
  let receiver: Component | undefined;
  const opened = (): Storage => (storage ??= openStorage(join(source.folder, "state")));
  const stop = async (): Promise<void> => {
    await receiver?.shutdown(never);
    storage?.close();
    receiver = undefined;
    storage = undefined;
  };
  closers.push(() => source.close(), stop);
  return {
    source,
    parsed,
    got,
    ledger: () => opened().ledger(parsed),
    start: async () => {
      const settings = testSettings({ id: "o365/contoso" });
      receiver = createO365Receiver({ ...settings, storage: opened() }, parsed, [branch]);
      await receiver.start();
      return settings;
    },
    stop,
  };
}

function clientOf({ source, parsed }: Setup): ApiClient {
  const clock = systemClock;
  const dispatcher = new Agent({ connect: { ca: readFileSync(join(source.folder, "ca.pem")) } });
  const credentials = keepPair(() => loadCredentials(parsed, clock.now()));
  const tokens = createTokenSource({ config: parsed, dispatcher, clock, logger: testSettings().logger, credentials });
  closers.push(
    () => dispatcher.destroy(),
    () => tokens.close(),
  );
  return createApiClient({ config: parsed, dispatcher, tokens, clock, budget: testBudget(clock) });
}

function settled(ledger: Ledger): number {
  return ledger.counts().reduce((sum, { delivered, pending }) => sum + (pending > 0 ? 0 : delivered), 0);
}

suite("Repeated and late content", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("is delivered once when a record comes in two blobs, and when it comes again in a later one after a restart", async () => {
    const setup = await setUp();
    const { source, got, ledger, start, stop } = setup;
    const createdMs = Date.now() - 10 * MINUTE;
    source.emulator.addContent({ records: records(0, 30), createdMs });
    source.emulator.addContent({ records: records(20, 50), createdMs });
    const settings = await start();
    await eventually(
      () => settled(ledger()) === 2,
      () => JSON.stringify(ledger().counts()),
    );
    assert.equal(got.length, 50);
    assert.equal(
      settings.metrics.sum("otel_o365_receiver_duplicate_log_records", { receiver: "o365/contoso", branch: NAME }),
      10,
    );
    await stop();
    source.emulator.addContent({ records: records(40, 60), createdMs: Date.now() - MINUTE });
    await start();
    await eventually(
      () => settled(ledger()) === 3,
      () => JSON.stringify(ledger().counts()),
    );
    assert.equal(new Set(got).size, 60);
    assert.equal(got.length, 60);
  });

  test("is delivered once when windows with other borders have brought parts of a blob under other ids", async () => {
    const setup = await setUp();
    const { source, got, ledger, start } = setup;
    const fromMs = windowStart(Date.now()) - 3 * WINDOW_MS;
    source.emulator.addContent({ records: records(0, 100), createdMs: fromMs + 40 * MINUTE, spanMs: 20 * MINUTE });
    const client = clientOf(setup);
    await client.startSubscription(TYPE, never);
    ledger().openBranches([NAME], 0);
    const options = { client, ledger: ledger(), clock: systemClock, lateMs: 0 };
    const borderMs = fromMs + 30 * MINUTE;
    await listWindow(options, TYPE, { fromMs, toMs: borderMs }, never);
    await listWindow(options, TYPE, { fromMs: borderMs, toMs: fromMs + WINDOW_MS }, never);
    assert.equal(
      await listWindow(options, TYPE, { fromMs, toMs: fromMs + WINDOW_MS }, never),
      1,
      "whole, under an id of its own",
    );
    await start();
    await eventually(
      () => settled(ledger()) === 3,
      () => JSON.stringify(ledger().counts()),
    );
    assert.equal(got.length, 100);
    assert.equal(new Set(got).size, 100);
  });

  test("is found by the comparison when it appears in a window that was listed for good, and listed once", async () => {
    const setup = await setUp();
    const { source, got, ledger, start } = setup;
    const window: Period = {
      fromMs: windowStart(Date.now()) - 5 * WINDOW_MS,
      toMs: windowStart(Date.now()) - 2 * WINDOW_MS,
    };
    const client = clientOf(setup);
    await client.startSubscription(TYPE, never);
    ledger().openBranches([NAME], 0);
    ledger().addCoverage(TYPE, window, Date.now());
    ledger().setReconciled(TYPE, 0);
    source.emulator.addContent({ records: records(0, 5), createdMs: window.fromMs + MINUTE });
    source.emulator.addContent({ records: records(5, 9), createdMs: window.fromMs + 70 * MINUTE });
    // Only the pace between two windows is not waited for.
    const clock: Clock = {
      ...systemClock,
      now: () => Date.now(),
      sleep: (ms, signal) => systemClock.sleep(ms > 1000 ? ms : 1, signal),
    };
    const settings = testSettings({ clock });
    const appeared: number[] = [];
    const stop = new AbortController();
    const options = { client, ledger: ledger(), clock, lateMs: 0 };
    const running = reconcile(
      {
        ...settings,
        contentTypes: [TYPE],
        ledger: ledger(),
        intervalMs: 6 * WINDOW_MS,
        relistMs: WINDOW_MS,
        list: (type, period, signal) => listWindow(options, type, period, signal),
        onAppeared: (_type, blobs) => appeared.push(blobs),
      },
      stop.signal,
    );
    await eventually(
      () => settings.lines.length > 0,
      () => JSON.stringify(appeared),
    );
    stop.abort(new Error("stop"));
    await running;
    assert.deepEqual(appeared, [1, 1]);
    assert.equal(settings.lines[0]?.level, "warn");
    assert.equal(settings.lines[0]?.fields["blobs"], 2);
    await start();
    await eventually(
      () => got.length >= 9 && settled(ledger()) === 2,
      () => JSON.stringify(ledger().counts()),
    );
    assert.equal(got.length, 9);
  });
});
