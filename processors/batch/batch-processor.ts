import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { drain } from "../../collector/drain.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { BatchMetrics, type Trigger } from "./batch-metrics.ts";
import { Caller, errorForPart } from "./caller.ts";
import type { BatchConfig } from "./config.ts";
import { PendingBatch } from "./pending-batch.ts";
import { estimateBytes } from "./record-size.ts";

/**
 * Merges and splits what callers hand over into batches of a good size. Each caller's promise settles with the batches
 * that carried its records. Holds nothing that no caller waits for, so its memory is bounded by its callers.
 */
export class BatchProcessor implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #config: BatchConfig;
  readonly #next: LogsConsumer;
  readonly #metrics: BatchMetrics;
  readonly #sending = new Set<Promise<void>>();
  readonly #batches = new Set<PendingBatch>();
  readonly #callers = new Set<Caller>();
  #current: PendingBatch | undefined;
  #stopped = false;

  constructor(settings: Settings, config: BatchConfig, next: LogsConsumer) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#metrics = new BatchMetrics(settings.meter, settings.id);
  }

  async start(): Promise<void> {}

  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#stopped) throw stopped(this.#settings.id);
    if (records.length === 0) return;
    const caller = new Caller();
    const onAbort = (): void => this.#withdraw(caller, signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#callers.add(caller);
    try {
      this.#add(records, caller);
      await caller.settled;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#callers.delete(caller);
    }
  }

  /** Sends what waits and lets it settle. When `signal` aborts first, everything under way is aborted and given back with its reason. */
  async shutdown(signal: AbortSignal): Promise<void> {
    this.#stopped = true;
    if (this.#current !== undefined) this.#send(this.#current, "shutdown");
    const giveUp = (): void => {
      for (const caller of this.#callers) this.#withdraw(caller, signal.reason);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await drain(this.#sending, signal);
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  #add(records: readonly ReadableLogRecord[], caller: Caller): void {
    const { sendBatchSize, sendBatchMaxSize, sendBatchMaxBytes, timeoutMs } = this.#config;
    this.#metrics.waiting(records.length);
    let batch = this.#open();
    let partStart = 0;
    let index = 0;
    for (const record of records) {
      const bytes = estimateBytes(record);
      const full = batch.records.length >= sendBatchMaxSize || batch.bytes + bytes > sendBatchMaxBytes;
      if (full && batch.records.length > 0) {
        if (index > partStart) batch.addPart(caller, partStart, index - partStart);
        this.#send(batch, "size");
        batch = this.#open();
        partStart = index;
      }
      batch.add(record, bytes);
      index += 1;
    }
    batch.addPart(caller, partStart, records.length - partStart);
    if (batch.records.length >= sendBatchSize) this.#send(batch, "size");
    else if (timeoutMs === 0) this.#send(batch, "timeout");
    caller.allAdded();
  }

  #open(): PendingBatch {
    if (this.#current !== undefined) return this.#current;
    const batch = new PendingBatch();
    this.#current = batch;
    if (this.#config.timeoutMs > 0) void this.#sendLater(batch);
    return batch;
  }

  /** Ends when the batch is sent, at the latest after the timeout. Cannot reject. */
  async #sendLater(batch: PendingBatch): Promise<void> {
    try {
      await this.#settings.clock.sleep(this.#config.timeoutMs, batch.timer.signal);
    } catch {
      return;
    }
    if (this.#current === batch) this.#send(batch, "timeout");
  }

  #send(batch: PendingBatch, trigger: Trigger): void {
    if (this.#current === batch) this.#current = undefined;
    batch.timer.abort();
    if (batch.records.length === 0) return;
    this.#metrics.waiting(-batch.records.length);
    this.#metrics.sent(batch.records.length, trigger);
    const sending = this.#export(batch);
    this.#sending.add(sending);
    this.#batches.add(batch);
    void sending.then(() => this.#sending.delete(sending) && this.#batches.delete(batch));
  }

  /** Cannot reject: what goes wrong is told to the callers. */
  async #export(batch: PendingBatch): Promise<void> {
    try {
      await this.#next.consume(batch.records, batch.controller.signal);
      for (const { caller } of batch.parts) caller.partSettled(undefined);
    } catch (error) {
      for (const part of batch.parts) part.caller.partSettled(errorForPart(error, part));
    }
  }

  /** Takes the caller's unsent records out, and cuts off batches that nobody waits for any more. */
  #withdraw(caller: Caller, reason: unknown): void {
    if (caller.done) return;
    caller.giveUp(reason);
    const current = this.#current;
    if (current !== undefined) {
      const before = current.records.length;
      current.withdraw(caller);
      this.#metrics.waiting(current.records.length - before);
      if (current.records.length === 0) {
        this.#current = undefined;
        current.timer.abort();
      }
    }
    for (const batch of this.#batches) {
      if (batch.abandoned) batch.controller.abort(reason);
    }
  }
}

function stopped(id: string): CollectorError {
  return new CollectorError(
    ErrorCode.unavailable,
    `Cannot batch records in ${id}: it is shut down; send them again after the next start`,
  );
}
