import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Branch } from "../../../collector/component.ts";
import type { AuditLogRecord } from "../../../collector/record.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, PendingContent, Storage } from "../../../collector/storage/storage.ts";
import type { StatusReport } from "../../../collector/telemetry.ts";
import { BlobScheduler } from "../../../receiver/collection/blob-scheduler.ts";
import type { FetchedContent } from "../../../receiver/collection/fetched-content.ts";
import { Lane } from "../../../receiver/collection/lane.ts";
import { type ApiError, classify } from "../../../receiver/wire-errors.ts";
import { makeRecord } from "../../support/log-records.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";

const folders: string[] = [];
const storages: Storage[] = [];
after(() => {
  for (const storage of storages) storage.close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** One branch: what it got, and a gate that its consume() waits for. */
class Backend implements Branch {
  readonly name: string;
  readonly got: number[] = [];
  gate: Promise<void> = Promise.resolve();
  failures = 0;

  constructor(name: string) {
    this.name = name;
  }

  get inOrder(): number[] {
    return this.got.toSorted((a, b) => a - b);
  }

  async consume(records: readonly AuditLogRecord[], signal: AbortSignal): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error("the processor threw");
    }
    await Promise.race([
      this.gate,
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
    ]);
    this.got.push(...records.map(({ hrTime }) => hrTime[0]));
  }
}

interface Setup {
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly scheduler: BlobScheduler;
  readonly reports: StatusReport[];
  readonly fetched: string[];
  readonly stop: () => Promise<void>;
}

function setUp(
  branches: readonly Branch[],
  options: {
    readonly blobs: number;
    readonly bytes?: number;
    readonly laneBytes?: number;
    readonly concurrency?: number;
  },
  fail: (content: PendingContent, attempt: number) => Error | undefined = () => undefined,
): Setup {
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-scheduler-"));
  folders.push(folder);
  const storage = openStorage(folder);
  storages.push(storage);
  const clock = new ManualClock();
  const ledger = storage.ledger({ cloud: "commercial", tenantId: "t", clientId: "c" });
  ledger.openBranches(
    branches.map(({ name }) => name),
    0,
  );
  const page = Array.from({ length: options.blobs }, (_, index) => ({
    contentId: `blob-${index}`,
    uri: `https://api.example/blob-${index}`,
    createdMs: clock.now() - 60_000 + index,
    expiresMs: clock.now() + 7 * 86_400_000,
  }));
  ledger.addListed("Audit.General", page, clock.now());
  const settings = testSettings({ clock });
  const fetched: string[] = [];
  const attempts = new Map<string, number>();
  const scheduler = new BlobScheduler({
    ledger,
    lanes: branches.map((branch) => new Lane(branch, options.laneBytes ?? 1_000_000)),
    concurrency: options.concurrency ?? 2,
    backoff: { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0 },
    ...settings,
    onAccepted: () => undefined,
    fetch: (content) => {
      const attempt = (attempts.get(content.contentId) ?? 0) + 1;
      attempts.set(content.contentId, attempt);
      fetched.push(content.contentId);
      const error = fail(content, attempt);
      return error === undefined ? Promise.resolve(blob(content, options.bytes ?? 100)) : Promise.reject(error);
    },
  });
  const intake = new AbortController();
  const delivery = new AbortController();
  const running = scheduler.run(intake.signal, delivery.signal);
  const stop = async (): Promise<void> => {
    intake.abort(new Error("stop"));
    delivery.abort(new Error("stop"));
    await running;
  };
  return { clock, ledger, scheduler, reports: settings.reports, fetched, stop };
}

/** Two chunks of one record each; the record's time is the blob's number. */
function blob(content: PendingContent, bytes: number): FetchedContent {
  const number = Number(content.contentId.slice(5));
  return {
    bytes,
    memoryBytes: bytes,
    records: 2,
    chunk: (index) => Promise.resolve(index < 2 ? [makeRecord(content.contentId, { hrTime: [number, 0] })] : undefined),
    dispose: () => Promise.resolve(),
  };
}

function api(status: number, code: string): ApiError {
  const body = JSON.stringify({ error: { code, message: "x" } });
  return classify({ status, headers: {}, body }, "fetch content", 0);
}

function ledgerSays(ledger: Ledger): { delivered: number; pending: number; expired: number; gone: number } {
  const [counts] = ledger.counts();
  assert.ok(counts !== undefined);
  const { delivered, pending, expired, gone } = counts;
  return { delivered, pending, expired, gone };
}

suite("BlobScheduler", () => {
  test("delivers every blob to every branch, oldest first, and settles it after the acknowledgement", async () => {
    const [one, two] = [new Backend("logs>one"), new Backend("logs>two")];
    const { ledger, fetched, clock, stop } = setUp([one, two], { blobs: 5, concurrency: 1 });
    await clock.advance(10);
    assert.deepEqual(one.inOrder, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    assert.deepEqual(two.inOrder, one.inOrder);
    assert.deepEqual(
      fetched,
      ["blob-0", "blob-1", "blob-2", "blob-3", "blob-4"],
      "once for all branches, oldest first",
    );
    assert.deepEqual(ledgerSays(ledger), { delivered: 5, pending: 0, expired: 0, gone: 0 });
    await stop();
  });

  test("does not settle a blob whose branch has not acknowledged", async () => {
    const held = new Backend("logs>held");
    held.gate = new Promise(() => undefined);
    const { ledger, clock, stop } = setUp([held], { blobs: 3 });
    await clock.advance(10);
    assert.deepEqual(ledgerSays(ledger), { delivered: 0, pending: 3, expired: 0, gone: 0 });
    await stop();
    assert.deepEqual(ledgerSays(ledger), { delivered: 0, pending: 3, expired: 0, gone: 0 });
  });

  test("goes on with one branch while the other is stuck, and sends only to the stuck one afterwards", async () => {
    const [live, dead] = [new Backend("logs>live"), new Backend("logs>dead")];
    let open = (): void => undefined;
    dead.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { ledger, clock, scheduler, stop } = setUp([live, dead], { blobs: 50, bytes: 400, laneBytes: 1000 });
    await clock.advance(100);
    assert.equal(live.got.length, 100, "the live branch has everything");
    assert.equal(dead.got.length, 0);
    assert.equal(ledgerSays(ledger).pending, 50);
    open();
    for (let turn = 0; turn < 60; turn += 1) {
      scheduler.notify();
      await settle();
    }
    assert.equal(dead.got.length, 100);
    assert.equal(live.got.length, 100, "nothing came twice");
    assert.equal(ledgerSays(ledger).delivered, 50);
    await stop();
  });

  test("holds no more than the lane's bytes for a branch that is stuck", async () => {
    const dead = new Backend("logs>dead");
    dead.gate = new Promise(() => undefined);
    const { fetched, clock, stop } = setUp([dead], {
      blobs: 100,
      bytes: 400_000,
      laneBytes: 1_000_000,
      concurrency: 1,
    });
    await clock.advance(120_000);
    assert.equal(fetched.length, 3, "three of 400 kB reach the million");
    await stop();
  });

  test("sets a failing blob aside with growing delay and goes on with the others", async () => {
    const backend = new Backend("logs>one");
    const { ledger, fetched, clock, reports, stop } = setUp([backend], { blobs: 3 }, (content, attempt) =>
      content.contentId === "blob-0" && attempt <= 2 ? api(500, "AF50000") : undefined,
    );
    await clock.advance(10);
    assert.deepEqual(backend.inOrder, [1, 1, 2, 2]);
    await clock.advance(1000);
    await clock.advance(1000);
    assert.equal(fetched.filter((id) => id === "blob-0").length, 2, "the second delay is longer than the first");
    await clock.advance(2000);
    assert.deepEqual(backend.inOrder, [0, 0, 1, 1, 2, 2]);
    assert.equal(ledgerSays(ledger).delivered, 3);
    assert.equal(reports.at(-1)?.status, "ok");
    await stop();
  });

  test("marks a blob that the service calls expired, or does not know, and never asks again", async () => {
    const backend = new Backend("logs>one");
    const { ledger, fetched, clock, stop } = setUp([backend], { blobs: 3 }, ({ contentId }) =>
      contentId === "blob-0" ? api(400, "AF20051") : contentId === "blob-1" ? api(400, "AF20050") : undefined,
    );
    await clock.advance(3_600_000);
    assert.deepEqual(ledgerSays(ledger), { delivered: 1, pending: 0, expired: 1, gone: 1 });
    assert.equal(fetched.length, 3);
    await stop();
  });

  test("fetches nothing while the tenant is throttled, and each blob keeps its attempts", async () => {
    const backend = new Backend("logs>one");
    let throttled = true;
    const { fetched, clock, ledger, stop } = setUp([backend], { blobs: 20, concurrency: 1 }, () =>
      throttled ? api(403, "AF429") : undefined,
    );
    await clock.advance(20_000);
    assert.ok(fetched.length <= 6, `${fetched.length} requests in 20 s of throttling`);
    throttled = false;
    await clock.advance(60_000);
    assert.equal(ledgerSays(ledger).delivered, 20);
    await stop();
  });

  test("sends a chunk again to a branch that throws, and says so", async () => {
    const backend = new Backend("logs>one");
    backend.failures = 2;
    const { ledger, clock, reports, stop } = setUp([backend], { blobs: 1 });
    await clock.advance(10);
    assert.equal(reports[0]?.aspect, "logs>one");
    assert.equal(reports[0]?.status, "recoverable_error");
    await clock.advance(5000);
    assert.deepEqual(backend.got, [0, 0]);
    assert.equal(ledgerSays(ledger).delivered, 1);
    assert.equal(reports.at(-1)?.status, "ok");
    await stop();
  });
});
