import type { Counter } from "@opentelemetry/api";
import { JsonLogsSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Component, LogsConsumer, Settings } from "../../collector/component.ts";
import { drain } from "../../collector/drain.ts";
import { CollectorError, describeError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { FileConfig } from "./config.ts";
import { RotatingFile, type RotatingFileReports } from "./rotating-file.ts";

interface Write {
  readonly line: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends every batch as one line of OTLP JSON. Batches that arrive during a write go out together in the next one, with
 * one sync for all of them.
 */
export class FileExporter implements Component, LogsConsumer {
  readonly #settings: Settings;
  readonly #config: FileConfig;
  readonly #waiting: Write[] = [];
  readonly #deleted: Counter;
  #file: RotatingFile | undefined;
  #writing: Promise<void> | undefined;

  constructor(settings: Settings, config: FileConfig) {
    this.#settings = settings;
    this.#config = config;
    this.#deleted = settings.meter.createCounter("otel_o365_exporter_file_deleted_files", {
      unit: "{file}",
      description: "Former files deleted because of max_backups or max_days",
    });
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the file cannot be opened. */
  async start(): Promise<void> {
    const { path } = this.#config;
    try {
      const file = new RotatingFile(this.#config, this.#reports(), () => this.#settings.clock.now());
      await file.open();
      this.#file = file;
    } catch (error) {
      throw new CollectorError(
        ErrorCode.storage,
        `Cannot open "${path}" for appending: ${describeError(error)}; check that its folder exists and may be written`,
        { cause: error },
      );
    }
  }

  /** @throws {RetryableError} When the write fails; nothing of the batch is left in the file then. */
  async consume(records: readonly ReadableLogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const file = this.#file;
    if (file === undefined) throw this.#cannot("write to", new Error("the exporter is not running"));
    if (records.length === 0) return;
    // The serializer only reads; its type asks for a mutable array.
    const line = JsonLogsSerializer.serializeRequest(records.slice()) ?? new Uint8Array();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const write: Write = { line, resolve, reject };
    const withdraw = (): void => {
      const index = this.#waiting.indexOf(write);
      if (index === -1) return;
      this.#waiting.splice(index, 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", withdraw, { once: true });
    this.#waiting.push(write);
    this.#writing ??= this.#writeAll(file);
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", withdraw);
    }
  }

  /** Waits for the writes that were asked for. When `signal` aborts first, the one under way still ends, as the disk demands; the others are given back. */
  async shutdown(signal: AbortSignal): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    if (this.#writing !== undefined) await drain([this.#writing], signal);
    for (const write of this.#waiting.splice(0)) write.reject(signal.reason);
    await drain([this.#close(file)], signal);
  }

  #reports(): RotatingFileReports {
    const { logger, id } = this.#settings;
    const { path } = this.#config;
    return {
      cut: (bytes) => logger.warn("Cut off an incomplete last line", { path, bytes }),
      deleted: (files) => this.#deleted.add(files, { exporter: id }),
      untidy: (error) => {
        logger.warn("Cannot compress or delete former files; it is tried again after the next rotation", {
          path,
          error: describeError(error),
        });
      },
    };
  }

  async #close(file: RotatingFile): Promise<void> {
    await this.#writing;
    try {
      await file.close();
    } catch (error) {
      this.#settings.logger.warn("Could not close the file", { path: this.#config.path, error: describeError(error) });
    }
  }

  /** Cannot reject: what goes wrong is told to those who wait. */
  async #writeAll(file: RotatingFile): Promise<void> {
    while (this.#waiting.length > 0) {
      const writes = this.#waiting.splice(0);
      try {
        await file.append(writes.map((write) => write.line));
        for (const write of writes) write.resolve();
      } catch (error) {
        const failure = this.#cannot("write to", error);
        for (const write of writes) write.reject(failure);
      }
    }
    this.#writing = undefined;
  }

  #cannot(action: string, cause: unknown): RetryableError {
    return new RetryableError(
      ErrorCode.storage,
      `Cannot ${action} "${this.#config.path}": ${describeError(cause)}; make room on the disk and check who may write`,
      { cause },
    );
  }
}
