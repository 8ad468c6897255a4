import assert from "node:assert/strict";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Branch } from "../../collector/component.ts";
import { openStorage } from "../../collector/storage/sqlite.ts";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../../emulator/index.ts";
import { config } from "../../receiver/config.ts";
import { createO365Receiver } from "../../receiver/receiver.ts";
import { eventually } from "../support/eventually.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { startTenant, type TestTenant } from "../support/tenant.ts";
import { testSettings, type TestSettings } from "../support/test-settings.ts";

const HOUR = 3_600_000;
const TYPE = "Audit.General";

const closers: (() => Promise<unknown>)[] = [];

async function tenant(clock: ManualClock, options: Parameters<typeof startTenant>[0] = {}): Promise<TestTenant> {
  const started = await startTenant({ clock, assertionClock: { now: Date.now }, ...options });
  closers.push(() => started.close());
  return started;
}

interface Run {
  /** Ids of the records that each branch accepted, in order. */
  readonly got: ReadonlyMap<string, readonly string[]>;
  readonly settings: TestSettings;
  stop(): Promise<void>;
}

/** Runs a receiver on the tenant's state until it is stopped. Branches in `dead` accept nothing. */
async function collectFrom(
  source: TestTenant,
  clock: ManualClock,
  {
    branches = ["logs>one"],
    dead = [],
  }: { readonly branches?: readonly string[]; readonly dead?: readonly string[] } = {},
): Promise<Run> {
  const storage = openStorage(join(source.folder, "state"));
  const settings = testSettings({ id: "o365/contoso", clock });
  const got = new Map<string, string[]>(branches.map((name) => [name, []]));
  const made = branches.map((name): Branch => ({
    name,
    async consume(records, signal) {
      if (dead.includes(name)) {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      }
      got.get(name)?.push(...records.map(({ attributes }) => String(attributes["o365.id"])));
    },
  }));
  const parsed = config.parse(source.receiver({ content_types: [TYPE], poll_interval: "1m" }));
  const receiver = createO365Receiver({ ...settings, storage }, parsed, made);
  await receiver.start();
  return {
    got,
    settings,
    async stop() {
      const deadline = new AbortController();
      const stopping = receiver.shutdown(deadline.signal);
      if (dead.length > 0) deadline.abort(new Error("deadline"));
      await stopping;
      storage.close();
    },
  };
}

let made = 0;
/** Adds `count` blobs of one record each. */
function add(source: TestTenant, createdMs: number, count = 1): void {
  for (let index = 0; index < count; index += 1) {
    made += 1;
    const record = {
      Id: `record-${made}`,
      Operation: "X",
      RecordType: 1,
      CreationTime: new Date(createdMs).toISOString(),
    };
    source.emulator.addContent({ contentType: TYPE, records: [JSON.stringify(record)], createdMs });
  }
}

function served(source: TestTenant): string[] {
  return source.emulator
    .served()
    .map(({ id }) => String(id))
    .toSorted();
}

async function until(run: Run, branch: string, expected: readonly string[]): Promise<void> {
  const ids = (): string[] => (run.got.get(branch) ?? []).toSorted();
  await eventually(
    () => ids().length >= expected.length,
    () => `${ids().length} of ${expected.length}; ${JSON.stringify(run.settings.reports.slice(-3))}`,
  );
  assert.deepEqual(ids(), expected);
}

suite("In hard times a receiver", () => {
  after(async () => {
    for (const close of closers.toReversed()) await close();
  });

  test("collects what came while it was off for 30 hours, and nothing twice", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock);
    add(source, clock.now() - HOUR, 3);
    const first = await collectFrom(source, clock);
    await until(first, "logs>one", served(source));
    await first.stop();
    const before = served(source);
    for (let hour = 0; hour < 30; hour += 1) {
      await clock.advance(HOUR);
      add(source, clock.now() - 60_000, 2);
    }
    const second = await collectFrom(source, clock);
    await until(
      second,
      "logs>one",
      served(source).filter((id) => !before.includes(id)),
    );
    await second.stop();
    assert.deepEqual(
      second.settings.lines.filter(({ level }) => level === "error"),
      [],
    );
  });

  test("collects 7 days and reports the rest as a gap after it was off for 8 days", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock);
    const first = await collectFrom(source, clock);
    await eventually(
      () => first.settings.reports.some(({ aspect, status }) => aspect === TYPE && status === "ok"),
      () => JSON.stringify(first.settings.reports),
    );
    await first.stop();
    await clock.advance(8 * 24 * HOUR);
    for (let day = 1; day < 7; day += 1) add(source, clock.now() - day * 24 * HOUR, 2);
    const second = await collectFrom(source, clock);
    await until(second, "logs>one", served(source));
    await second.stop();
    const gaps = second.settings.lines.filter(({ level }) => level === "error");
    assert.deepEqual(
      gaps.map(({ message }) => message),
      ["Gap in the audit trail: the service no longer lists this period"],
    );
  });

  test("says that a branch is gone with what it had not delivered, and delivers under its new name what its lookback reaches", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock);
    add(source, clock.now() - HOUR, 5);
    const first = await collectFrom(source, clock, { branches: ["logs>one", "logs>dead"], dead: ["logs>dead"] });
    await until(first, "logs>one", served(source));
    await first.stop();
    const second = await collectFrom(source, clock, { branches: ["logs>one", "logs>renamed"] });
    await until(second, "logs>renamed", served(source));
    await second.stop();
    assert.deepEqual(second.got.get("logs>one"), [], "nothing twice");
    const [line, ...others] = second.settings.lines.filter(({ level }) => level === "warn");
    assert.deepEqual(line?.fields, { branch: "logs>dead", undelivered_blobs: 5 });
    assert.deepEqual(others, []);
  });

  test("reports as lost a blob that expired while its branch was dead, and goes on", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock, { rules: { retentionMs: 24 * HOUR } });
    add(source, clock.now() - HOUR, 2);
    const first = await collectFrom(source, clock, { dead: ["logs>one"] });
    await eventually(
      () => source.emulator.requests.filter(({ operation }) => operation === "blob").length >= 2,
      () => JSON.stringify(first.settings.reports),
    );
    await first.stop();
    await clock.advance(30 * HOUR);
    add(source, clock.now() - 60_000);
    const fresh = `record-${made}`;
    const second = await collectFrom(source, clock);
    await until(second, "logs>one", [fresh]);
    await second.stop();
    const lost = second.settings.lines.filter(({ level }) => level === "error");
    assert.deepEqual(
      lost.map(({ fields }) => fields["state"]),
      ["expired", "expired"],
    );
  });

  test("delivers every one of many blobs with one and the same time, over many pages", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock, { rules: { pageSize: 20 } });
    add(source, clock.now() - HOUR, 300);
    const run = await collectFrom(source, clock);
    await until(run, "logs>one", served(source));
    await run.stop();
  });

  test("starts a subscription again that was disabled in the middle, and goes on", async () => {
    const clock = new ManualClock(Date.now());
    const source = await tenant(clock);
    const run = await collectFrom(source, clock);
    add(source, clock.now() - 60_000);
    await until(run, "logs>one", served(source));
    await clock.advance(16 * 60_000);
    source.emulator.disableSubscription(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID, TYPE);
    const starts = (): number => source.emulator.requests.filter(({ operation }) => operation === "start").length;
    for (let turn = 0; turn < 100 && starts() < 2; turn += 1) {
      await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(starts(), 2);
    add(source, clock.now());
    for (let turn = 0; turn < 100 && (run.got.get("logs>one")?.length ?? 0) < 2; turn += 1) {
      await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(run.got.get("logs>one")?.toSorted(), served(source));
    await run.stop();
  });
});
