import { ROOT_CONTEXT, trace, type Context, type Logger as SdkLogger } from "@opentelemetry/api";
import {
  LoggerProvider,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type ReadWriteLogRecord,
} from "@opentelemetry/sdk-logs";
import { auditRecord, type AuditLogRecord } from "../../collector/record.ts";

/** What happened to a record that is not as it should be. */
export interface AdapterReports {
  /** The processor threw, or a promise that it gave was rejected. */
  failed(error: unknown): void;
  /** A record came out after its call of onEmit() had ended; what came in was passed on by then. */
  late(): void;
}

/** What became of a record. */
export interface Passed {
  /** Usually one; several when the processor passes on copies. Empty: it passed nothing on before its call ended. */
  readonly records: readonly ReadableLogRecord[];
  readonly failed: boolean;
}

/** Runs one processor of the SDK on records that are no SDK's, one at a time and synchronously, through public API alone. */
export class SdkAdapter {
  readonly #reports: AdapterReports;
  /** What the processor passes records on to. */
  readonly tap: LogRecordProcessor;
  #processors: LogRecordProcessor[] = [];
  #theirs: LogRecordProcessor | undefined;
  readonly #loggers = new WeakMap<object, WeakMap<object, SdkLogger>>();
  readonly #ended = new WeakSet<ReadWriteLogRecord>();
  #current: AuditLogRecord | undefined;
  /** The SDK's own form of the current record. */
  #live: ReadWriteLogRecord | undefined;
  #passed: ReadableLogRecord[] = [];

  constructor(reports: AdapterReports) {
    this.#reports = reports;
    this.tap = { onEmit: (record) => this.#tapped(record), forceFlush: async () => {}, shutdown: async () => {} };
  }

  /** @param wraps The processor was given the tap and calls it; otherwise the SDK calls one after the other. */
  use(theirs: LogRecordProcessor, wraps: boolean): void {
    this.#theirs = theirs;
    const guarded: LogRecordProcessor = {
      onEmit: (record, context) => {
        this.#live = record;
        this.#watch(theirs.onEmit(record, context));
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    this.#processors = wraps ? [guarded] : [guarded, this.tap];
  }

  /** Sends one record through. Never throws. */
  pass(record: AuditLogRecord): Passed {
    this.#current = record;
    this.#passed = [];
    let failed = false;
    try {
      if (this.#isEnabled(record)) this.#emit(record);
    } catch (error) {
      failed = true;
      this.#reports.failed(error);
    } finally {
      this.#current = undefined;
      if (this.#live !== undefined) this.#ended.add(this.#live);
      this.#live = undefined;
    }
    return { records: this.#passed, failed };
  }

  /** The specification's filter in advance: the SDK asks it of all processors together, and the tap always says yes. */
  #isEnabled(record: ReadableLogRecord): boolean {
    const { instrumentationScope, severityNumber, eventName } = record;
    return (
      this.#theirs?.enabled?.({
        context: contextOf(record),
        instrumentationScope,
        ...(severityNumber === undefined ? {} : { severityNumber }),
        ...(eventName === undefined ? {} : { eventName }),
      }) !== false
    );
  }

  #emit(record: ReadableLogRecord): void {
    this.#logger(record).emit({
      timestamp: record.hrTime,
      observedTimestamp: record.hrTimeObserved,
      context: contextOf(record),
      attributes: record.attributes,
      ...(record.body === undefined ? {} : { body: record.body }),
      ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
      ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
      ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
    });
  }

  /** Records of one source share resource and scope: one provider and one logger each. */
  #logger({ resource, instrumentationScope: scope }: ReadableLogRecord): SdkLogger {
    let byScope = this.#loggers.get(resource);
    if (byScope === undefined) this.#loggers.set(resource, (byScope = new WeakMap()));
    let logger = byScope.get(scope);
    if (logger === undefined) {
      const logRecordLimits = { attributeCountLimit: Infinity, attributeValueLengthLimit: Infinity };
      const provider = new LoggerProvider({ resource, logRecordLimits, processors: this.#processors });
      byScope.set(scope, (logger = provider.getLogger(scope.name, scope.version)));
    }
    return logger;
  }

  #tapped(record: ReadWriteLogRecord): void {
    if (this.#current === undefined || this.#ended.has(record)) this.#reports.late();
    else this.#passed.push(plain(record, this.#current));
  }

  /** onEmit() of an asynchronous processor gives a promise that nobody waits for; its rejection would end the process. */
  #watch(result: unknown): void {
    if (!(result instanceof Promise)) return;
    void result.then(undefined, (error: unknown) => this.#reports.failed(error));
  }
}

function contextOf({ spanContext }: ReadableLogRecord): Context {
  return spanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** The record as it came out, with our own resource and scope: their identity is what batches are grouped by. */
function plain(record: ReadWriteLogRecord, original: AuditLogRecord): ReadableLogRecord {
  const { [auditRecord]: parsed } = original;
  const passed: AuditLogRecord = {
    hrTime: record.hrTime,
    hrTimeObserved: record.hrTimeObserved,
    attributes: { ...record.attributes },
    droppedAttributesCount: original.droppedAttributesCount + record.droppedAttributesCount,
    resource: original.resource,
    instrumentationScope: original.instrumentationScope,
    ...(record.body === undefined ? {} : { body: record.body }),
    ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
    ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
    ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
    ...(record.spanContext === undefined ? {} : { spanContext: record.spanContext }),
    ...(parsed !== undefined && record.body === original.body ? { [auditRecord]: parsed } : {}),
  };
  return passed;
}
