import { LineFile } from "../../collector/line-file.ts";
import type { FileConfig } from "./config.ts";
import { FormerFiles } from "./former-files.ts";

/** What the file tells whoever writes it. */
export interface RotatingFileReports {
  /** An incomplete last line, which a crash leaves behind, was cut off. */
  cut(bytes: number): void;
  /** Former files were deleted because of the limits. */
  deleted(files: number): void;
  /** Former files could not be compressed or deleted; it is tried again after the next rotation. */
  untidy(error: unknown): void;
}

/** The file that is written to, and the former ones. One write at a time; the caller sees to that. */
export class RotatingFile {
  readonly #config: FileConfig;
  readonly #reports: RotatingFileReports;
  readonly #now: () => number;
  readonly #former: FormerFiles | undefined;
  readonly #stop = new AbortController();
  #file: LineFile | undefined;
  #length = 0;
  #tidying: Promise<void> = Promise.resolve();

  /** @param now Milliseconds since the epoch. */
  constructor(config: FileConfig, reports: RotatingFileReports, now: () => number) {
    this.#config = config;
    this.#reports = reports;
    this.#now = now;
    this.#former = config.rotation === undefined ? undefined : new FormerFiles(config.path, config.rotation);
  }

  /** @throws {Error} Of `node:fs`. */
  async open(): Promise<void> {
    await this.#open();
    this.#tidy();
  }

  /** Appends lines, all of them or none. Begins a new file first when they do not fit. */
  async append(lines: readonly Uint8Array[]): Promise<void> {
    const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
    const limit = this.#config.rotation?.maxBytes ?? Number.POSITIVE_INFINITY;
    // Somebody else may rotate the file: what is written to a file that was moved away is often lost.
    if (this.#file !== undefined && !(await this.#file.isAt(this.#config.path))) await this.#leave();
    if (this.#file === undefined || (this.#length > 0 && this.#length + bytes > limit)) await this.#rotate();
    await this.#file?.append(lines);
    this.#length += bytes;
  }

  /** Closes the file. Compression under way is left for the next start. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("the exporter was shut down"));
    await this.#tidying;
    await this.#file?.close();
  }

  async #open(): Promise<void> {
    const { file, cutBytes } = await LineFile.open(this.#config.path, this.#config.fsync);
    this.#file = file;
    this.#length = file.length;
    if (cutBytes > 0) this.#reports.cut(cutBytes);
  }

  /** Lets go of the file without giving it another name. */
  async #leave(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** After a failure there is no open file: the next write begins here again. */
  async #rotate(): Promise<void> {
    const isAtPath = this.#file !== undefined;
    await this.#leave();
    if (isAtPath) await this.#former?.setAside(this.#now());
    await this.#open();
    this.#tidy();
  }

  /** In the background, one after the other: writing does not wait for it. */
  #tidy(): void {
    const former = this.#former;
    if (former === undefined) return;
    this.#tidying = this.#tidyAfter(this.#tidying, former);
  }

  /** Cannot reject. */
  async #tidyAfter(before: Promise<void>, former: FormerFiles): Promise<void> {
    await before;
    try {
      const deleted = await former.tidy(this.#now(), this.#stop.signal);
      if (deleted > 0) this.#reports.deleted(deleted);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#reports.untidy(error);
    }
  }
}
