import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { Branch } from "../../component.ts";
import type { DeadLetter } from "../../delivery/dead-letter.ts";
import { CollectorError, describeError, ErrorCode } from "../../errors.ts";
import { LineFile } from "../../line-file.ts";
import { makeDirectory } from "../../storage/make-directory.ts";
import type { Logger } from "../../telemetry.ts";
import { OtlpJsonError } from "../otlp-value.ts";
import { Contiguous } from "./contiguous.ts";
import { type Letter, LetterReader } from "./letter.ts";
import type { Positions } from "./positions.ts";
import { type Line, readLines } from "./read-lines.ts";

export interface ExporterLettersOptions {
  /** The exporter's YAML id. */
  readonly exporter: string;
  /** Files that were taken over, oldest first. */
  readonly files: readonly string[];
  /** The way to the exporter. */
  readonly branch: Branch;
  readonly positions: Positions;
  readonly includePartial: boolean;
  /** Where lines go that cannot be read: nothing of a file is deleted that was not sent. */
  readonly unreadableFolder: string;
  readonly logger: Logger;
}

/** What became of the dead letters of one exporter in this run. */
export interface ExporterLettersReport {
  readonly files: number;
  readonly bytes: number;
  /** Bytes of lines that are dealt with. */
  readonly doneBytes: number;
  /** Records that were sent and acknowledged, those among them that were refused again. */
  readonly records: number;
  /** Records in batches of which the backend has most already: they were left where they are. */
  readonly partialRecords: number;
  readonly unreadableLines: number;
  /** The file that they are in. */
  readonly unreadableFile: string;
}

/** Most lines hold one record: so many are sent together, unless they are large. */
const BATCH_RECORDS = 100;
const BATCH_BYTES = 512 * 1024;
/** Batches on their way at once. A kill repeats no more than these. */
const MAX_BATCHES = 4;

/** Lines that are sent together. */
interface Batch {
  readonly records: ReadableLogRecord[];
  /** Bytes of its lines. */
  bytes: number;
  /** Offset behind the last of them. */
  end: number;
}

/** Sends the dead letters of one exporter again, file after file, and deletes a file once everything in it was acknowledged. */
export class ExporterLetters {
  readonly #options: ExporterLettersOptions;
  readonly #reader = new LetterReader();
  readonly #sizes = new Map<string, number>();
  readonly #flying = new Set<Promise<unknown>>();
  #failure: { readonly cause: unknown } | undefined;
  #doneBytes = 0;
  #records = 0;
  #partialRecords = 0;
  #unreadableLines = 0;

  constructor(options: ExporterLettersOptions) {
    this.#options = options;
  }

  report(): ExporterLettersReport {
    return {
      files: this.#sizes.size,
      bytes: [...this.#sizes.values()].reduce((sum, size) => sum + size, 0),
      doneBytes: this.#doneBytes,
      records: this.#records,
      partialRecords: this.#partialRecords,
      unreadableLines: this.#unreadableLines,
      unreadableFile: this.#unreadableFile,
    };
  }

  /**
   * Works through the files. Resolves early when `intake` aborts and what is on its way is settled, or `delivery` aborts.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when a file cannot be read, or it cannot be written down what was sent.
   */
  async run(intake: AbortSignal, delivery: AbortSignal): Promise<void> {
    const { files } = this.#options;
    // All at once, so that the share that is done does not jump.
    for (const path of files) this.#sizes.set(path, (await stat(path)).size);
    for (const path of files) {
      if (intake.aborted) return;
      const refused = await this.#send(path, "refused", intake, delivery);
      const partial = await this.#send(path, "partial", intake, delivery);
      if (!refused || !partial) continue;
      await rm(path);
      await this.#options.positions.forget(path);
    }
  }

  get #unreadableFile(): string {
    return join(this.#options.unreadableFolder, `${encodeURIComponent(this.#options.exporter)}.jsonl`);
  }

  /** Sends the letters of one kind. Resolves to whether nothing of that kind is left in the file. */
  async #send(
    path: string,
    reason: DeadLetter["reason"],
    intake: AbortSignal,
    delivery: AbortSignal,
  ): Promise<boolean> {
    const { positions, includePartial } = this.#options;
    const start = positions.get(path, reason);
    const isLeft = reason === "partial" && !includePartial;
    // Of the two passes over a file, the first stands for its bytes.
    if (reason === "refused") this.#doneBytes += start;
    const pass: Pass = { path, reason, done: new Contiguous(start) };
    let left = 0;
    let batch = emptyBatch();
    for await (const line of readLines(path, start)) {
      if (intake.aborted || this.#failure !== undefined) break;
      const letter = await this.#read(path, reason, line);
      const records = letter?.reason === reason ? letter.records : [];
      if (isLeft) {
        left += records.length;
        continue;
      }
      batch.records.push(...records);
      batch.bytes += line.bytes.length + (line.whole ? 1 : 0);
      batch.end = line.end;
      if (batch.records.length < BATCH_RECORDS && batch.bytes < BATCH_BYTES) continue;
      await this.#begin(pass, batch, delivery);
      batch = emptyBatch();
    }
    if (batch.bytes > 0 && !intake.aborted) await this.#begin(pass, batch, delivery);
    await Promise.all(this.#flying);
    if (this.#failure !== undefined) throw this.#failure.cause;
    this.#partialRecords += left;
    return !intake.aborted && !delivery.aborted && left === 0;
  }

  /** Starts sending a batch as soon as there is room for it. */
  async #begin(pass: Pass, batch: Batch, delivery: AbortSignal): Promise<void> {
    while (this.#flying.size >= MAX_BATCHES) await Promise.race(this.#flying);
    const done = pass.done.begin(batch.end);
    const work = this.#deliver(pass, batch, done, delivery).finally(() => this.#flying.delete(work));
    this.#flying.add(work);
  }

  /** Never rejects. */
  async #deliver(pass: Pass, batch: Batch, done: () => boolean, delivery: AbortSignal): Promise<void> {
    const { branch, positions } = this.#options;
    const { path, reason, done: sent } = pass;
    try {
      if (batch.records.length > 0) await branch.consume(batch.records, delivery);
      this.#records += batch.records.length;
      if (reason === "refused") this.#doneBytes += batch.bytes;
      if (done()) await positions.advance(path, reason, sent.end);
    } catch (error) {
      // Given back because of the end is not acknowledged: the next run sends it.
      if (!delivery.aborted) this.#failure ??= { cause: error };
    }
  }

  /** A line as a letter; undefined when it is none, and kept aside by then. */
  async #read(path: string, reason: DeadLetter["reason"], line: Line): Promise<Letter | undefined> {
    try {
      return this.#reader.read(line.bytes);
    } catch (error) {
      if (!(error instanceof OtlpJsonError)) throw error;
      // The first pass has kept it.
      if (reason !== "refused") return undefined;
      const fields = { path, ends_at_byte: line.end };
      if (line.whole) await this.#keepUnreadable(line.bytes, fields, error);
      // What a crash left of a write that nobody was told to be done: those records are collected again.
      else this.#options.logger.warn("Incomplete last line left out", { ...fields, bytes: line.bytes.length });
      return undefined;
    }
  }

  async #keepUnreadable(bytes: Buffer, fields: Readonly<Record<string, unknown>>, cause: OtlpJsonError): Promise<void> {
    const { unreadableFolder, logger } = this.#options;
    const kept = this.#unreadableFile;
    try {
      makeDirectory(unreadableFolder);
      const { file } = await LineFile.open(kept, true);
      try {
        await file.append([bytes]);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new CollectorError(
        ErrorCode.storage,
        `Cannot keep a dead letter that cannot be read in "${kept}": ${describeError(error)}; make room on the disk and check who may write`,
        { cause: error },
      );
    }
    this.#unreadableLines += 1;
    logger.warn("Dead letter that cannot be read kept aside", { ...fields, kept_in: kept, error: cause });
  }
}

/** One way through a file, for the letters of one kind. */
interface Pass {
  readonly path: string;
  readonly reason: DeadLetter["reason"];
  readonly done: Contiguous;
}

function emptyBatch(): Batch {
  return { records: [], bytes: 0, end: 0 };
}
