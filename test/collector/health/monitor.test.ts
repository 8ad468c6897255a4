import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, suite, test } from "node:test";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { CredentialExpiry, LedgerUse } from "../../../collector/component.ts";
import { HealthMonitor } from "../../../collector/health/monitor.ts";
import { defaultThresholds } from "../../../collector/health/thresholds.ts";
import { readLedger } from "../../../collector/storage/ledger-report.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Condition, Ledger, Storage } from "../../../collector/storage/storage.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { testSettings, type TestSettings } from "../../support/test-settings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TYPE = "Audit.General";
const OWNER = { cloud: "commercial", tenantId: "t", clientId: "c" };
const USE: LedgerUse = {
  owner: OWNER,
  contentTypes: [TYPE],
  pollIntervalMs: MINUTE,
  initialLookbackMs: DAY,
  relistMs: HOUR,
};

let directory: string;
let clock: ManualClock;
let storage: Storage;
let ledger: Ledger;

function openState(busyTimeoutMs?: number): void {
  storage = openStorage(directory, busyTimeoutMs === undefined ? {} : { busyTimeoutMs });
  ledger = storage.ledger(OWNER);
  ledger.openBranches(["logs>a", "logs>b"], 0);
}

interface Running {
  /** By branch. */
  readonly got: ReadonlyMap<string, readonly ReadableLogRecord[]>;
  readonly settings: TestSettings;
  readonly conditions: Condition[];
  readonly monitor: HealthMonitor;
  /** Lists everything up to now, as a poll does, then lets the time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function run({
  dead = [],
  expiries = () => [],
}: {
  readonly dead?: readonly string[];
  readonly expiries?: () => readonly CredentialExpiry[];
} = {}): Promise<Running> {
  const settings = testSettings({ id: "o365/contoso", clock });
  const got = new Map<string, ReadableLogRecord[]>([
    ["logs>a", []],
    ["logs>b", []],
  ]);
  const conditions: Condition[] = [];
  const branches = [...got].map(([name, records]) => ({
    name,
    consume: async (batch: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> => {
      if (dead.includes(name)) {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      }
      records.push(...batch);
    },
  }));
  const { meter, logger, reportStatus } = settings;
  const monitor = new HealthMonitor({
    integrations: [{ id: "o365/contoso", use: USE, branches, expiries, logger, reportStatus }],
    storage,
    conditions: () => conditions,
    thresholds: defaultThresholds,
    clock,
    meter,
    reportStatus,
  });
  await monitor.start();
  await clock.advance(0);
  return {
    got,
    settings,
    conditions,
    monitor,
    async pass(ms) {
      for (let left = ms; left > 0; left -= MINUTE) {
        cover();
        await clock.advance(Math.min(left, MINUTE));
      }
      cover();
    },
    async stop() {
      const deadline = new AbortController();
      const stopping = monitor.shutdown(deadline.signal);
      if (dead.length > 0) deadline.abort(new Error("deadline"));
      await stopping;
    },
  };
}

/** What a poll leaves behind that listed everything there is. */
function cover(): void {
  ledger.origin(TYPE, clock.now() - DAY);
  const from = Math.floor((clock.now() - DAY) / HOUR) * HOUR;
  ledger.addCoverage(TYPE, { fromMs: from, toMs: clock.now() - HOUR }, clock.now());
}

const names = (records: readonly ReadableLogRecord[] | undefined): readonly (string | undefined)[] =>
  (records ?? []).map(({ eventName }) => eventName);

function blob(
  contentId: string,
  createdMs: number,
): { contentId: string; uri: string } & Record<"createdMs" | "expiresMs", number> {
  return { contentId, uri: "u", createdMs, expiresMs: createdMs + 9 * DAY };
}

function keyOf(contentId: string): number {
  const found = ledger
    .pending(["logs>a", "logs>b"], clock.now(), 99, new Set())
    .find((one) => one.contentId === contentId);
  assert.ok(found !== undefined);
  return found.key;
}

suite("HealthMonitor", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "otel-o365-monitor-"));
    clock = new ManualClock(Date.UTC(2026, 6, 21, 12));
    openState();
  });
  afterEach(() => {
    storage.close();
    rmSync(directory, { recursive: true });
  });

  test("has nothing to say while all is well", async () => {
    const { got, settings, pass, stop } = await run();
    await pass(HOUR / 2);
    await stop();
    assert.deepEqual([...got.values()].flat(), []);
    assert.deepEqual(
      settings.lines.filter(({ level }) => level !== "debug"),
      [],
    );
  });

  test("tells both branches and the log that nothing is listed any more, that this lasts, and that it is over", async () => {
    const { got, settings, pass, stop } = await run();
    await pass(10 * MINUTE);
    await clock.advance(7 * MINUTE);
    assert.deepEqual(names(got.get("logs>a")), ["o365.collector.state"]);
    const [first] = got.get("logs>b") ?? [];
    assert.equal(first?.attributes["o365.collector.state"], "degraded");
    assert.match(
      String(first?.body),
      /^o365\/contoso is degraded: Audit\.General was not listed to the end since 2026-/,
    );
    assert.equal(first?.severityText, "WARN");
    assert.equal(first?.resource.attributes["o365.integration"], "o365/contoso");
    await clock.advance(30 * MINUTE);
    assert.deepEqual(names(got.get("logs>a")).slice(1), ["o365.collector.silence"]);
    assert.equal(got.get("logs>a")?.[1]?.attributes["o365.collector.silence"], "listing");
    await clock.advance(200 * MINUTE);
    assert.deepEqual(
      got
        .get("logs>a")
        ?.slice(2)
        .map(({ attributes }) => attributes["o365.collector.state"]),
      ["unhealthy"],
    );
    await pass(MINUTE);
    assert.deepEqual(names(got.get("logs>a")).slice(3), ["o365.collector.state", "o365.collector.silence_ended"]);
    assert.equal(got.get("logs>a")?.[3]?.attributes["o365.collector.previous_state"], "unhealthy");
    await stop();
    assert.deepEqual(
      settings.lines.map(({ level, message }) => `${level} ${message}`),
      [
        "warn Integration is degraded",
        "error Nothing was collected for long",
        "error Integration is unhealthy",
        "info Integration is well again",
        "info Silence is over",
      ],
    );
    const uids = [...got.values()].flat().map(({ attributes }) => attributes["log.record.uid"]);
    assert.equal(new Set(uids).size, 5, "each event has one id, the same for both branches");
  });

  test("says at once that credentials are refused, with the cause, and stores it for status", async () => {
    const { got, conditions, monitor, stop } = await run();
    conditions.push({
      component: "o365/contoso",
      branch: undefined,
      aspect: undefined,
      status: "permanent_error",
      code: "OTEL_O365_CREDENTIALS",
      message: "Cannot sign in: AADSTS700027; upload the certificate",
      sinceMs: clock.now(),
    });
    monitor.wake();
    await clock.advance(2000);
    const [event] = got.get("logs>a") ?? [];
    assert.equal(event?.attributes["o365.collector.state"], "bad_credentials");
    assert.match(
      String(event?.body),
      /^o365\/contoso has bad credentials: refused since .*: Cannot sign in: AADSTS700027/,
    );
    assert.deepEqual(readLedger(directory)?.conditions, conditions);
    conditions.length = 0;
    monitor.wake();
    await clock.advance(2000);
    assert.deepEqual(readLedger(directory)?.conditions, []);
    await stop();
  });

  test("does not cry wolf right after a start that follows a long stop", async () => {
    cover();
    await clock.advance(30 * HOUR);
    const { got, pass, stop } = await run();
    await pass(10 * MINUTE);
    await stop();
    assert.deepEqual([...got.values()].flat(), []);
  });

  test("tells of a gap once it has both ends, once, also across restarts", async () => {
    const left = clock.now();
    cover();
    await clock.advance(8 * DAY);
    const first = await run();
    await clock.advance(MINUTE);
    assert.deepEqual(first.got.get("logs>a"), [], "the first listing may still be under way");
    const listedFrom = clock.now() - 7 * DAY + 5 * MINUTE;
    ledger.addCoverage(TYPE, { fromMs: listedFrom, toMs: clock.now() - HOUR }, clock.now());
    await clock.advance(20 * MINUTE);
    await first.stop();
    const [gap, ...others] =
      first.got.get("logs>a")?.filter(({ eventName }) => eventName === "o365.collector.gap") ?? [];
    assert.deepEqual(others, []);
    assert.equal(gap?.attributes["o365.collector.gap.from"], new Date(left - HOUR).toISOString());
    assert.equal(gap.attributes["o365.collector.gap.to"], new Date(listedFrom).toISOString());
    assert.equal(gap.attributes["o365.content_type"], TYPE);
    storage.close();
    openState();
    const again = await run();
    await clock.advance(20 * MINUTE);
    await again.stop();
    assert.equal(names(again.got.get("logs>a")).includes("o365.collector.gap"), false);
  });

  test("tells of a gap that grows hour by hour while nothing can be listed", async () => {
    cover();
    await clock.advance(8 * DAY);
    const { got, stop } = await run();
    await clock.advance(3 * HOUR + 10 * MINUTE);
    await stop();
    const gaps = (got.get("logs>b") ?? []).filter(({ eventName }) => eventName === "o365.collector.gap");
    const periods = gaps.map(({ attributes }) => [
      String(attributes["o365.collector.gap.from"]),
      String(attributes["o365.collector.gap.to"]),
    ]);
    assert.equal(periods.length, 4);
    for (const [index, [from]] of periods.entries()) if (index > 0) assert.equal(from, periods[index - 1]?.[1]);
  });

  test("tells of blobs that the service gave up, each once, however many branches wanted them", async () => {
    const { got, pass, stop } = await run();
    ledger.addListed(TYPE, [blob("1", clock.now() - 2 * HOUR), blob("2", clock.now() - HOUR)], clock.now());
    for (const branch of ["logs>a", "logs>b"]) {
      ledger.settle(keyOf("1"), branch, { state: "expired", records: 0, reason: "AF20051" }, 0, clock.now());
    }
    ledger.settle(keyOf("2"), "logs>a", { state: "gone", records: 0, reason: "AF20050" }, 0, clock.now());
    ledger.settle(keyOf("2"), "logs>b", { state: "delivered", records: 1 }, 0, clock.now());
    await pass(3 * MINUTE);
    await stop();
    for (const events of got.values()) {
      assert.deepEqual(
        events.map(({ attributes }) => [
          attributes["o365.collector.gap.state"],
          attributes["o365.collector.gap.blobs"],
          attributes["o365.collector.gap.content_ids"],
          attributes["o365.collector.gap.branches"],
          attributes["o365.collector.gap.reason"],
        ]),
        [
          ["expired", 1, ["1"], ["logs>a", "logs>b"], "AF20051"],
          ["gone", 1, ["2"], ["logs>a"], "AF20050"],
        ],
      );
    }
  });

  test("speaks of a certificate that ends soon, once", async () => {
    const notAfterMs = clock.now() + 6 * DAY;
    const { got, stop } = await run({
      expiries: () => [{ subject: "CN=contoso", file: "contoso.pem", notAfterMs }],
    });
    await clock.advance(5 * MINUTE);
    await stop();
    const events = got.get("logs>a") ?? [];
    assert.deepEqual(names(events), ["o365.collector.certificate_expiry"]);
    assert.equal(events[0]?.attributes["o365.collector.certificate.days_left"], 6);
  });

  test("keeps events for a branch that is dead, and does not hold up the other", async () => {
    const first = await run({ dead: ["logs>b"] });
    await first.pass(6 * MINUTE);
    await clock.advance(7 * MINUTE);
    await first.stop();
    assert.equal(first.got.get("logs>a")?.length, 1);
    assert.equal(first.got.get("logs>b")?.length, 0);
    storage.close();
    openState();
    const second = await run();
    await second.pass(2 * MINUTE);
    await second.stop();
    assert.equal(second.got.get("logs>a")?.length, 0, "it has the event already");
    assert.deepEqual(
      second.got.get("logs>b")?.map(({ body }) => body),
      first.got.get("logs>a")?.map(({ body }) => body),
    );
  });

  test("says that content has stopped coming although listings succeed", async () => {
    ledger.addListed(TYPE, [blob("1", clock.now() - DAY), blob("2", clock.now() - 23 * HOUR)], clock.now());
    const { got, pass, stop } = await run();
    for (const id of ["1", "2"]) {
      for (const branch of ["logs>a", "logs>b"]) {
        ledger.settle(keyOf(id), branch, { state: "delivered", records: 1 }, 1, clock.now());
      }
    }
    await pass(HOUR + 10 * MINUTE);
    await stop();
    const events = got.get("logs>a") ?? [];
    assert.deepEqual(names(events), ["o365.collector.state", "o365.collector.silence"]);
    assert.equal(events[0]?.attributes["o365.collector.state"], "quiet");
    assert.equal(events[1]?.attributes["o365.collector.silence"], "quiet");
  });

  test("does not call an integration well that cannot keep its state, however short a time", async () => {
    const { conditions, monitor, pass, stop } = await run();
    await pass(MINUTE);
    const seen = (): unknown => monitor.looks().byIntegration.get("o365/contoso");
    assert.ok(JSON.stringify(seen()).includes('"state":"ready"'));
    const message = 'Cannot write "ledger.db": database or disk is full; free disk space';
    const fault = { branch: undefined, status: "permanent_error", message, sinceMs: clock.now() } as const;
    conditions.push({ ...fault, component: "o365/other", aspect: "ledger", code: "OTEL_O365_STORAGE" });
    conditions.push({ ...fault, component: "o365/contoso", aspect: TYPE, code: "OTEL_O365_API" });
    await pass(MINUTE);
    assert.ok(JSON.stringify(seen()).includes('"state":"ready"'), "another one's trouble, and one that may pass");
    conditions.push({ ...fault, component: "o365/contoso", aspect: "ledger", code: "OTEL_O365_STORAGE" });
    await pass(MINUTE);
    assert.deepEqual(seen(), { failure: message });
    conditions.length = 0;
    await pass(MINUTE);
    assert.ok(JSON.stringify(seen()).includes('"state":"ready"'));
    await stop();
  });

  test("does not call any integration well while what troubles it cannot be stored", async () => {
    storage.close();
    openState(10);
    const { conditions, monitor, pass, stop } = await run();
    await pass(MINUTE);
    const other = new DatabaseSync(join(directory, "ledger.db"));
    other.exec("BEGIN IMMEDIATE");
    conditions.push({
      component: "otlp_http",
      branch: undefined,
      aspect: undefined,
      status: "recoverable_error",
      code: "OTEL_O365_UNAVAILABLE",
      message: "Cannot reach it",
      sinceMs: clock.now(),
    });
    await clock.advance(MINUTE);
    const look = monitor.looks().byIntegration.get("o365/contoso");
    assert.match(
      look !== undefined && "failure" in look ? look.failure : "",
      /ledger\.db": database is locked; another program holds the file/,
    );
    other.close();
    await pass(MINUTE);
    assert.ok(JSON.stringify(monitor.looks().byIntegration.get("o365/contoso")).includes('"state":"ready"'));
    await stop();
  });
});
