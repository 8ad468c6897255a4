import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Caller, Part } from "./caller.ts";

/** Records of one or more callers that go on together. */
export class PendingBatch {
  readonly records: ReadableLogRecord[] = [];
  readonly parts: Part[] = [];
  bytes = 0;
  /** Ends the wait for more records. */
  readonly timer: AbortController = new AbortController();
  /** Ends the export, once every caller has given up. */
  readonly controller: AbortController = new AbortController();

  add(record: ReadableLogRecord, bytes: number): void {
    this.records.push(record);
    this.bytes += bytes;
  }

  /** Notes that the last `count` records are the caller's. */
  addPart(caller: Caller, callerOffset: number, count: number): void {
    caller.addPart();
    this.parts.push({ caller, callerOffset, batchOffset: this.records.length - count, count });
  }

  /** Takes the caller's records out of a batch that is not sent yet. The estimate of bytes shrinks in proportion. */
  withdraw(caller: Caller): void {
    for (let index = this.parts.length - 1; index >= 0; index -= 1) {
      const part = this.parts[index];
      if (part === undefined || part.caller !== caller) continue;
      this.bytes -= (this.bytes * part.count) / this.records.length;
      this.records.splice(part.batchOffset, part.count);
      this.parts.splice(index, 1);
      for (const later of this.parts.slice(index)) later.batchOffset -= part.count;
    }
  }

  /** True when nobody waits for this batch any more. */
  get abandoned(): boolean {
    return this.parts.every((part) => part.caller.done);
  }
}
