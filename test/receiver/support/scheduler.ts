import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Branch } from "../../../collector/component.ts";
import { CollectorError, ErrorCode } from "../../../collector/errors.ts";
import type { InFlightBudget } from "../../../collector/in-flight-budget.ts";
import type { AuditLogRecord } from "../../../collector/record.ts";
import { openStorage } from "../../../collector/storage/sqlite.ts";
import type { Ledger, PendingContent, Storage } from "../../../collector/storage/storage.ts";
import type { StatusReport } from "../../../collector/telemetry.ts";
import { BlobScheduler } from "../../../receiver/collection/blob-scheduler.ts";
import type { FetchedContent } from "../../../receiver/collection/fetched-content.ts";
import { Lane } from "../../../receiver/collection/lane.ts";
import { type ApiError, classify } from "../../../receiver/wire-errors.ts";
import { makeRecord } from "../../support/log-records.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { type LogLine, testSettings } from "../../support/test-settings.ts";
import { ownShare } from "./share.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const folders: string[] = [];
const storages: Storage[] = [];

/** Frees what the schedulers of a test file used. */
export function closeSchedulers(): void {
  for (const storage of storages.splice(0)) storage.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Never ends, until `signal` aborts. */
export function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** One branch: what it got (the numbers of blobs), and a gate that its consume() waits for. */
export class Backend implements Branch {
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
    await Promise.race([this.gate, hang(signal)]);
    this.got.push(...records.map(({ hrTime }) => hrTime[0]));
  }
}

/** A scheduler at work, on a real ledger and a clock that the test moves. */
export interface SchedulerUnderTest {
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly scheduler: BlobScheduler;
  readonly reports: StatusReport[];
  readonly lines: readonly LogLine[];
  /** Content ids in the order in which they were asked for. */
  readonly fetched: string[];
  /** Lists `count` blobs, `blob-<from>` and on, created `ageMs` ago (the later ones a little later). */
  readonly list: (from: number, count: number, ageMs?: number, contentType?: string) => void;
  readonly stop: () => Promise<void>;
}

export interface SchedulerSetup {
  /** Blobs that are listed from the start, a minute old. */
  readonly blobs: number;
  readonly bytes?: number;
  readonly laneBytes?: number;
  /** Shared with other schedulers, instead of `laneBytes`. */
  readonly budget?: InFlightBudget;
  /** Default 2. */
  readonly concurrency?: number;
  /** From the listing to the expiration; default 7 days. */
  readonly lifeMs?: number;
  /** Longest delay after a failure; default a minute. */
  readonly maxIntervalMs?: number;
  readonly readable?: () => boolean;
  /** A download ends once this resolves. */
  readonly download?: (content: PendingContent, signal: AbortSignal) => Promise<void>;
}

/** @param fail What attempt number `attempt` (from 1) at a blob fails with; undefined when it does not. */
export function setUpScheduler(
  branches: readonly Branch[],
  options: SchedulerSetup,
  fail: (content: PendingContent, attempt: number) => Error | undefined = () => undefined,
): SchedulerUnderTest {
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
  const list: SchedulerUnderTest["list"] = (from, count, ageMs = 60_000, contentType = "Audit.General") => {
    const page = Array.from({ length: count }, (_, index) => ({
      contentId: `blob-${from + index}`,
      uri: `https://api.example/blob-${from + index}`,
      createdMs: clock.now() - ageMs + index,
      expiresMs: clock.now() + (options.lifeMs ?? 7 * DAY_MS),
    }));
    ledger.addListed(contentType, page, clock.now());
  };
  list(0, options.blobs);
  const settings = testSettings({ clock });
  const fetched: string[] = [];
  const attempts = new Map<string, number>();
  const { budget, laneBytes = 1_000_000 } = options;
  const scheduler: BlobScheduler = new BlobScheduler({
    ledger,
    lanes: branches.map((branch) => new Lane(branch, budget?.open(() => scheduler.notify()) ?? ownShare(laneBytes))),
    concurrency: options.concurrency ?? 2,
    relistMs: HOUR_MS,
    backoff: { initialIntervalMs: 1000, maxIntervalMs: options.maxIntervalMs ?? 60_000, randomizationFactor: 0 },
    ...settings,
    maxRememberedRecords: 100_000,
    onAccepted: () => undefined,
    onRefused: () => undefined,
    onRepeated: () => undefined,
    fetch: async (content, signal) => {
      const attempt = (attempts.get(content.contentId) ?? 0) + 1;
      attempts.set(content.contentId, attempt);
      fetched.push(content.contentId);
      await options.download?.(content, signal);
      const error = fail(content, attempt);
      if (error !== undefined) throw error;
      const fetchedBlob = blob(content, options.bytes ?? 100);
      if (options.readable?.() !== false) return fetchedBlob;
      const chunk = (): Promise<never> => Promise.reject(new CollectorError(ErrorCode.storage, "read error"));
      return { ...fetchedBlob, chunk };
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
  const { reports, lines } = settings;
  return { clock, ledger, scheduler, reports, lines, fetched, list, stop };
}

/** Two chunks of one record each; the record's time is the blob's number. */
function blob(content: PendingContent, bytes: number): FetchedContent {
  const number = numberOf(content.contentId);
  return {
    bytes,
    memoryBytes: bytes,
    records: 2,
    chunk: (index) => Promise.resolve(index < 2 ? [makeRecord(content.contentId, { hrTime: [number, 0] })] : undefined),
    dispose: () => Promise.resolve(),
  };
}

/** The number of `blob-<number>`. */
export function numberOf(contentId: string): number {
  return Number(contentId.slice(5));
}

export function api(status: number, code: string): ApiError {
  const body = JSON.stringify({ error: { code, message: "x" } });
  return classify({ status, headers: {}, body }, 'fetch blob "x"', 0);
}

/** How the blobs of the first content type are. */
export function ledgerSays(ledger: Ledger): { delivered: number; pending: number; expired: number; gone: number } {
  const [counts] = ledger.counts();
  assert.ok(counts !== undefined);
  const { delivered, pending, expired, gone } = counts;
  return { delivered, pending, expired, gone };
}
