import { format } from "node:util";
import type { ReportStatus } from "../collector/telemetry.ts";
import { LosslessLogRecordProcessor } from "./lossless-log-record-processor.ts";

/**
 * What says that emitted records arrived: the processors that export them, or a function of the program that resolves
 * when everything emitted before it was called is where it should be.
 */
export type AcknowledgedBy = LosslessLogRecordProcessor | readonly LosslessLogRecordProcessor[] | (() => Promise<void>);

/** The same in one form. */
export interface Acknowledgement {
  /** Whether a processor would refuse the next record for want of room. */
  isFull(): boolean;
  /** Resolves when there may be room again. */
  room(): Promise<void>;
  /**
   * Runs `emit` and tells whether every processor has taken a record meanwhile. True where that cannot be told.
   *
   * @throws {unknown} Whatever `emit` throws.
   */
  allTake(emit: () => void): boolean;
  /** Resolves when everything taken so far is exported. */
  flush(): Promise<void>;
  /** Reports what keeps the records from being exported. Returns what ends that. */
  reportTo(report: ReportStatus): readonly (() => void)[];
}

/** @throws {TypeError} When it is something that acknowledges nothing, such as a processor that drops. */
export function acknowledgementOf(by: AcknowledgedBy): Acknowledgement {
  return typeof by === "function" ? byFunction(by) : byProcessors(listOf(by));
}

function byFunction(flush: () => Promise<void>): Acknowledgement {
  return {
    isFull: () => false,
    room: () => Promise.resolve(),
    allTake: (emit) => {
      emit();
      return true;
    },
    flush,
    reportTo: () => [],
  };
}

function byProcessors(processors: readonly LosslessLogRecordProcessor[]): Acknowledgement {
  const taken = processors.map(() => 0);
  return {
    isFull: () => processors.some((processor) => processor.isFull),
    async room() {
      await Promise.all(processors.map((processor) => processor.room()));
    },
    allTake(emit) {
      for (const [index, processor] of processors.entries()) taken[index] = processor.taken;
      emit();
      return processors.every((processor, index) => processor.taken !== taken[index]);
    },
    async flush() {
      await Promise.all(processors.map((processor) => processor.forceFlush()));
    },
    reportTo: (report) =>
      processors.map((processor, index) => {
        const aspect = processors.length === 1 ? "export" : `export ${index + 1}`;
        return processor.onStatus((one) => report({ ...one, aspect }));
      }),
  };
}

function listOf(by: unknown): readonly LosslessLogRecordProcessor[] {
  const list: readonly unknown[] = Array.isArray(by) ? by : [by];
  const processors = list.filter((one) => one instanceof LosslessLogRecordProcessor);
  if (processors.length === list.length && list.length > 0) return processors;
  const wrong = list.find((one) => !(one instanceof LosslessLogRecordProcessor));
  if (wrong === undefined) {
    throw new TypeError(
      "Cannot acknowledge records: acknowledgedBy is missing or empty; " +
        "give the LosslessLogRecordProcessor that exports them, or a function that resolves once they are safe",
    );
  }
  const name = typeof wrong === "object" && wrong !== null ? wrong.constructor.name : format(wrong);
  throw new TypeError(
    `Cannot acknowledge records by ${name}: it may drop them and does not tell; ` +
      "wrap its exporter in a LosslessLogRecordProcessor, or give a function that resolves once they are safe",
  );
}
