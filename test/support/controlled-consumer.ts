import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer } from "../../collector/component.ts";
import { idsOf } from "./log-records.ts";

/** A call of consume() that waits for the test to end it. */
export interface OpenCall {
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
  accept(): void;
  fail(error: unknown): void;
}

/** A consumer whose every call is ended by the test. Rejects by itself when the call's signal aborts. */
export class ControlledConsumer implements Component, LogsConsumer {
  readonly calls: OpenCall[] = [];
  /** Calls that the test has ended, or whose signal aborted. */
  ended = 0;
  started = false;
  stopped = false;

  async start(): Promise<void> {
    this.started = true;
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
  }

  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    this.calls.push({ ids: idsOf(records), signal, accept: () => resolve(), fail: reject });
    try {
      await promise;
    } finally {
      this.ended += 1;
    }
  }

  /** Calls that wait for the test. */
  get open(): number {
    return this.calls.length - this.ended;
  }

  call(index: number): OpenCall {
    const call = this.calls.at(index);
    if (call === undefined) throw new RangeError(`call ${index} of ${this.calls.length} was not made`);
    return call;
  }
}
