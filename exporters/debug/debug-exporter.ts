import type { Writable } from "node:stream";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { UnderWay } from "../../collector/drain.ts";
import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { DebugConfig } from "./config.ts";
import { coloured, formatDetails, formatLine, type Paint, plain } from "./format.ts";

/** Lines are written in pieces of about this many characters, so that memory follows the piece, not the batch. */
const PIECE_LENGTH = 65_536;

/** A stream that may be a terminal. */
export interface DebugOutput extends Writable {
  readonly isTTY?: boolean;
}

/** Prints records for people. Acknowledges once the stream has taken the text. */
export class DebugExporter implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #config: DebugConfig;
  readonly #output: DebugOutput;
  readonly #paint: Paint;
  readonly #underWay = new UnderWay();
  readonly #stop = new AbortController();
  #failure: Error | undefined;

  constructor(settings: Settings, config: DebugConfig, output: DebugOutput) {
    this.#settings = settings;
    this.#config = config;
    this.#output = output;
    this.#paint = output.isTTY === true ? coloured : plain;
  }

  async start(): Promise<void> {
    // Without a listener a reader that goes away (`| head`) would end the process.
    this.#output.on("error", this.#onError);
  }

  /** @throws {RetryableError} When the output is closed or cannot be written. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#stop.signal.throwIfAborted();
    if (records.length === 0) return;
    await this.#underWay.track(this.#print(records, AbortSignal.any([signal, this.#stop.signal])));
  }

  /** Leaves the output open: it is not ours. */
  async shutdown(signal: AbortSignal): Promise<void> {
    await this.#underWay.drain(signal);
    this.#stop.abort(stopped());
    this.#output.off("error", this.#onError);
  }

  readonly #onError = (error: Error): void => {
    this.#failure = error;
  };

  async #print(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    if (this.#config.verbosity === "basic") {
      const bytes = records.reduce(
        (sum, { body }) => sum + (typeof body === "string" ? Buffer.byteLength(body) : 0),
        0,
      );
      return this.#write(`${this.#settings.id}: ${records.length} log records, ${bytes} body bytes\n`, signal);
    }
    const format = this.#config.verbosity === "detailed" ? formatDetails : formatLine;
    let piece = "";
    for (const record of records) {
      piece += `${format(record, this.#paint)}\n`;
      if (piece.length < PIECE_LENGTH) continue;
      await this.#write(piece, signal);
      piece = "";
    }
    if (piece !== "") await this.#write(piece, signal);
  }

  async #write(text: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#failure !== undefined || !this.#output.writable) throw cannotPrint(this.#failure);
    // The callback comes when the stream has taken the text: waiting for it is the backpressure.
    this.#output.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(cannotPrint(error));
    });
    const giveUp = (): void => reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }
}

function stopped(): RetryableError {
  return new RetryableError(
    ErrorCode.unavailable,
    "Cannot print records: the exporter was shut down; send the records again after the next start",
  );
}

/** A reader that left does not come back: this is for a person to mend. */
function cannotPrint(cause: Error | undefined): RetryableError {
  const code = cause !== undefined && "code" in cause && typeof cause.code === "string" ? ` (${cause.code})` : "";
  return new RetryableError(
    ErrorCode.misdirected,
    `Cannot print records: the output was closed by its reader${code}; restart with an open output, or take the debug exporter out of the pipelines`,
    { cause },
  );
}
