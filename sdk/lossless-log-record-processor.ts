import type { LogRecordExporter, LogRecordProcessor, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { createDeliveryFor } from "./exporter-delivery.ts";
import type { Component, LogsConsumer } from "../collector/component.ts";
import { drain } from "../collector/drain.ts";
import { CollectorError, ErrorCode } from "../collector/errors.ts";
import type { StatusEntry } from "../collector/status.ts";
import type { Logger, ReportStatus } from "../collector/telemetry.ts";

/** Options of the lossless processor; those that `BatchLogRecordProcessor` has too have its names and defaults. */
export interface LosslessLogRecordProcessorOptions {
  /** Any exporter of the SDK. It counts as the processor's own: shutdown() shuts it down. */
  readonly exporter: LogRecordExporter;
  /** Most records of one export. @default 512 */
  readonly maxExportBatchSize?: number;
  /** Milliseconds after which records are exported although they are fewer. @default 1000 */
  readonly scheduledDelayMillis?: number;
  /** Milliseconds after which an export without a result counts as failed, and is tried again. @default 30000 */
  readonly exportTimeoutMillis?: number;
  /**
   * Most records held, those under way included. `O365Receiver` waits before it comes to that. Whoever else emits cannot
   * be made to wait: beyond it their records are refused, counted and said so. @default 65536
   */
  readonly maxQueueSize?: number;
  /** Milliseconds that shutdown() gives what is held. @default 30000 */
  readonly shutdownTimeoutMillis?: number;
  /**
   * Folder for records that the backend refuses for good (HTTP status 400, 413 or 422) while it accepts others, as OTLP
   * JSON lines below `dead-letters/`. Without it they are held and offered again about once a minute, and so is what waits
   * for them.
   */
  readonly deadLetterDirectory?: string;
  /** Names it in its log, in metrics and in the dead-letter file. @default "sdk/lossless" */
  readonly name?: string;
  /** Told of changes: the backend fails, works again. Default: lines on standard error, from `warn` on. */
  readonly logger?: Logger;
}

/** Between two lines about refused records. */
const REFUSED_LINE_MS = 60_000;

/**
 * Exports log records and keeps each until the exporter has reported success: nothing is dropped because a backend is
 * down, and forceFlush() resolves when everything handed over before is exported, however long that takes. It stands
 * where `BatchLogRecordProcessor` would, last among the processors of a `LoggerProvider`.
 *
 * What it holds is in memory: a kill loses it. `O365Receiver`, which collects again what was not acknowledged, does not.
 */
export class LosslessLogRecordProcessor implements LogRecordProcessor {
  readonly #options: Required<
    Pick<
      LosslessLogRecordProcessorOptions,
      "maxExportBatchSize" | "scheduledDelayMillis" | "maxQueueSize" | "shutdownTimeoutMillis" | "name"
    >
  >;
  readonly #exporter: LogRecordExporter;
  readonly #delivery: Component & LogsConsumer;
  readonly #logger: Logger;
  readonly #statuses: () => readonly StatusEntry[];
  readonly #listeners = new Set<ReportStatus>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #buffer: ReadableLogRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #held = 0;
  #taken = 0;
  #refused = 0;
  #refusedSaidMs = 0;

  /** @throws {RangeError} When a number is out of bounds. */
  constructor(options: LosslessLogRecordProcessorOptions) {
    const { exporter, maxExportBatchSize = 512, maxQueueSize = 65_536 } = options;
    const { scheduledDelayMillis = 1000, shutdownTimeoutMillis = 30_000, name = "sdk/lossless" } = options;
    atLeast("maxExportBatchSize", maxExportBatchSize, 1);
    atLeast("maxQueueSize", maxQueueSize, maxExportBatchSize);
    this.#options = { maxExportBatchSize, scheduledDelayMillis, maxQueueSize, shutdownTimeoutMillis, name };
    this.#exporter = exporter;
    const { delivery, logger, statuses } = createDeliveryFor(exporter, name, options, (report) => {
      for (const listener of this.#listeners) listener(report);
      return this.#listeners.size > 0;
    });
    this.#delivery = delivery;
    this.#logger = logger;
    this.#statuses = statuses;
  }

  /** Records taken so far: one that is handed over and not counted here was refused. */
  get taken(): number {
    return this.#taken;
  }

  /** Records held now. */
  get held(): number {
    return this.#held;
  }

  /** How it is, and since when: `ok`, or what keeps the records from being exported. */
  statuses(): readonly StatusEntry[] {
    return this.#statuses();
  }

  /** Calls `listener`, which logs it, with each change of status until the returned function is called. */
  onStatus(listener: ReportStatus): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onEmit(record: ReadableLogRecord): void {
    if (this.#stopping !== undefined || this.isFull) return this.#refuse();
    this.#taken += 1;
    this.#held += 1;
    this.#buffer.push(record);
    if (this.#buffer.length >= this.#options.maxExportBatchSize) this.#send();
    // Not unref()ed: a program must not end with records in here.
    else this.#timer ??= setTimeout(() => this.#send(), this.#options.scheduledDelayMillis);
  }

  /** Whether the next record would be refused for want of room. */
  get isFull(): boolean {
    return this.#held >= this.#options.maxQueueSize && this.#stopping === undefined;
  }

  /** Resolves when there may be room again: look at `isFull`, others wait as well. */
  room(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    this.#send();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    return promise;
  }

  /**
   * Resolves when every record handed over before is exported or set aside.
   *
   * @throws {CollectorError} `OTEL_O365_UNAVAILABLE` when shutdown() gave up on some of them.
   */
  async forceFlush(): Promise<void> {
    this.#send();
    await Promise.all(this.#underWay);
    if (this.#stopping === undefined) await this.#exporter.forceFlush();
    else await this.#stopping;
  }

  /**
   * Takes nothing more, exports what is held for as long as `shutdownTimeoutMillis` allows, and shuts the exporter down.
   *
   * @throws {CollectorError} `OTEL_O365_UNAVAILABLE` with the number of records that were not exported.
   */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#shutdown();
    return this.#stopping;
  }

  async #shutdown(): Promise<void> {
    this.#send();
    const timeout = AbortSignal.timeout(this.#options.shutdownTimeoutMillis);
    await drain(this.#underWay, timeout);
    await this.#delivery.shutdown(timeout);
    await Promise.allSettled(this.#underWay);
    this.#wake();
    if (this.#held > 0) throw this.#notExported();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const records = this.#buffer;
    if (records.length === 0) return;
    this.#buffer = [];
    const sent = this.#deliver(records);
    this.#underWay.add(sent);
    // Whoever flushes sees the failure; without anybody it must not end the process.
    sent.then(
      () => this.#underWay.delete(sent),
      () => {},
    );
  }

  async #deliver(records: readonly ReadableLogRecord[]): Promise<void> {
    await resourcesKnown(records);
    await this.#delivery.consume(records, NEVER);
    this.#held -= records.length;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #refuse(): void {
    this.#refused += 1;
    const nowMs = Date.now();
    if (nowMs - this.#refusedSaidMs < REFUSED_LINE_MS) return;
    this.#refusedSaidMs = nowMs;
    const seen =
      this.#stopping === undefined
        ? `it holds ${this.#held} already; raise maxQueueSize, and give what the program itself logs a LoggerProvider of its own`
        : "it is shut down; emit before shutdown()";
    const message = `Cannot take log records: ${seen}`;
    this.#logger.error(message, { component: this.#options.name, refused: this.#refused });
  }

  #notExported(): CollectorError {
    const why = this.#statuses().find(({ message }) => message !== undefined)?.message;
    return new CollectorError(
      ErrorCode.unavailable,
      `Cannot export ${this.#held} log records before the end: ${why ?? "the backend did not answer in time"}; ` +
        "what an O365Receiver brought is collected again after its next start, anything else is lost",
    );
  }
}

const NEVER: AbortSignal = new AbortController().signal;

/** Attributes of a resource may still be looked up (host, container); an exporter that came first would leave them out. */
async function resourcesKnown(records: readonly ReadableLogRecord[]): Promise<void> {
  for (const resource of new Set(records.map((record) => record.resource))) {
    if (resource.asyncAttributesPending === true) await resource.waitForAsyncAttributes?.();
  }
}

function atLeast(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`Cannot make a LosslessLogRecordProcessor: ${name} is ${value}; set at least ${least}`);
}
