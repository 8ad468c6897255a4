import type { Attributes } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../collector/component.ts";
import { CollectorError, ErrorCode, describeError, RetryableError } from "../collector/errors.ts";
import type { Acknowledgement } from "./acknowledgement.ts";

/** As much of a `LoggerProvider` as is needed, of any line of the SDK. */
export interface LoggerProviderLike {
  getLogger(name: string, version?: string): { emit(record: EmittedLogRecord): void };
}

/**
 * What is emitted, as the Logs API takes it. Its lines have different types for values, of which no two fit each other: what is
 * inside is that of `ReadableLogRecord`.
 */
export type EmittedLogRecord = Pick<ReadableLogRecord, "severityNumber" | "severityText" | "eventName"> & {
  readonly body?: AnyValue;
  readonly timestamp: ReadableLogRecord["hrTime"];
  readonly observedTimestamp: ReadableLogRecord["hrTimeObserved"];
  readonly attributes: Readonly<Record<string, AnyValue>>;
};

// oxlint-disable-next-line typescript/no-explicit-any -- see above
type AnyValue = any;

/** Where records go, and what says that they arrived. */
export interface Target {
  readonly loggerProvider: LoggerProviderLike;
  readonly acknowledgement: Acknowledgement;
  /** Records that the provider's processors leave out are left out on purpose. */
  readonly mayDrop: boolean;
}

/** Emits records through a `LoggerProvider`, and acknowledges them when what exports there has flushed. */
export class LoggerProviderExporter implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #target: Target;
  readonly #resources = new WeakMap<object, Attributes>();
  /** Already exported, of batches that come again because others in them were not: they are not emitted twice. */
  readonly #done = new WeakSet<ReadableLogRecord>();
  #ends: readonly (() => void)[] = [];

  constructor(settings: Settings, target: Target) {
    this.#settings = settings;
    this.#target = target;
  }

  start(): Promise<void> {
    this.#ends = this.#target.acknowledgement.reportTo(this.#settings.reportStatus);
    return Promise.resolve();
  }

  /** @throws {RetryableError} When a record did not arrive where it is acknowledged, or flushing fails. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { acknowledgement } = this.#target;
    const owed = records.filter((record) => !this.#done.has(record));
    const arrived: ReadableLogRecord[] = [];
    let missing: unknown;
    for (const record of owed) {
      // Looked at right before: whatever is awaited in between may take the room.
      while (acknowledgement.isFull()) await unlessAborted(acknowledgement.room(), signal);
      try {
        this.#emit(record);
        arrived.push(record);
      } catch (error) {
        missing ??= error;
      }
    }
    await unlessAborted(this.#flush(), signal);
    if (missing === undefined) return;
    for (const record of arrived) this.#done.add(record);
    throw notArrived(owed.length - arrived.length, missing);
  }

  /** The provider is not ours: it stays as it is. */
  shutdown(): Promise<void> {
    for (const end of this.#ends) end();
    this.#ends = [];
    return Promise.resolve();
  }

  /** @throws {Error} When the record did not arrive where it is acknowledged. */
  #emit(record: ReadableLogRecord): void {
    const { acknowledgement, loggerProvider, mayDrop } = this.#target;
    const { name, version } = record.instrumentationScope;
    const logger = loggerProvider.getLogger(name, version);
    const emitted: EmittedLogRecord = {
      timestamp: record.hrTime,
      observedTimestamp: record.hrTimeObserved,
      attributes: { ...this.#identity(record), ...record.attributes },
      ...(record.body === undefined ? {} : { body: record.body }),
      ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
      ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
      ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
    };
    if (!acknowledgement.allTake(() => logger.emit(emitted)) && !mayDrop) throw new Error(NOT_TAKEN);
  }

  async #flush(): Promise<void> {
    try {
      await this.#target.acknowledgement.flush();
    } catch (error) {
      const todo = "what was emitted is not acknowledged and comes again";
      const message = `Cannot hand records to the LoggerProvider: flushing failed: ${describeError(error)}; ${todo}`;
      throw new RetryableError(ErrorCode.unavailable, message, { cause: error });
    }
  }

  /** Whose records they are. A resource cannot be emitted, the provider has its own: these become attributes. */
  #identity({ resource }: ReadableLogRecord): Attributes {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const entries = Object.entries(resource.attributes).filter(([name]) => name.startsWith("o365."));
    const identity: Attributes = Object.fromEntries(entries);
    this.#resources.set(resource, identity);
    return identity;
  }
}

/** Somebody has to change something, so it is asked for seldom. */
function notArrived(count: number, cause: unknown): CollectorError {
  const what = `${count} ${count === 1 ? "record" : "records"}`;
  const message = `Cannot hand ${what} to the LoggerProvider: ${describeError(cause)}`;
  return new CollectorError(ErrorCode.misdirected, message, { cause });
}

const NOT_TAKEN =
  "they did not reach the LosslessLogRecordProcessor that acknowledges them; make it one of the provider's processors, " +
  "stop the receiver before the provider, and set mayDrop: true if a processor or minimumSeverity leaves records out on purpose";

/** Settles as `work` does, or rejects with the reason of `signal` when that aborts first. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
