import { createHash } from "node:crypto";
import { mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { CollectorError, describeError, ErrorCode } from "../errors.ts";
import { isAbsent, LineFile, syncFolder } from "../line-file.ts";

/** Where dead letters go, and how many. */
export interface DeadLetterOptions {
  /** `storage::directory`; the files are in its folder `dead-letters`. */
  readonly directory: string;
  /** Most bytes of all dead letters of one exporter. */
  readonly maxBytes: number;
  /** Bytes beyond which a new file is begun. @default 67108864 */
  readonly maxFileBytes?: number;
}

const DEFAULT_FILE_BYTES = 64 * 1024 * 1024;
/** File systems end at 255 bytes. */
const LONGEST_NAME = 200;

interface DeadLetterFile {
  readonly path: string;
  readonly bytes: number;
  /** Undefined for the file that is written to. */
  readonly number: number | undefined;
}

/** The folder of the dead letters in a storage directory. */
export function deadLetterFolder(directory: string): string {
  return join(directory, "dead-letters");
}

/**
 * The dead letters of one exporter: `<id>.jsonl`, and `<id>.1.jsonl`, `<id>.2.jsonl` … (oldest first) after it grew too
 * large. Nothing is made before the first write, nothing is ever deleted, and nothing is kept open: whoever has dealt with
 * the letters moves the files away while the collector runs.
 */
export class DeadLetterFiles {
  readonly #options: DeadLetterOptions;
  readonly #exporter: string;
  readonly #name: string;
  readonly #onRepair: (path: string, cutBytes: number) => void;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param exporter The exporter's YAML id.
   * @param onRepair Told when an incomplete last line, which a crash leaves behind, was cut off.
   */
  constructor(options: DeadLetterOptions, exporter: string, onRepair: (path: string, cutBytes: number) => void) {
    this.#options = options;
    this.#exporter = exporter;
    this.#name = fileName(exporter);
    this.#onRepair = onRepair;
  }

  /** The file that is written to. */
  get path(): string {
    return join(this.#folder, `${this.#name}.jsonl`);
  }

  /**
   * Appends lines, all of them or none; resolves once the disk has them. Calls are served one after the other.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when the limit is reached or the file cannot be written.
   */
  append(lines: readonly Uint8Array[]): Promise<void> {
    const work = this.#last.then(() => this.#append(lines));
    this.#last = work.catch(() => {});
    return work;
  }

  get #folder(): string {
    return deadLetterFolder(this.#options.directory);
  }

  async #append(lines: readonly Uint8Array[]): Promise<void> {
    const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
    try {
      if ((await mkdir(this.#folder, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(this.#folder);
      const files = await this.#list();
      if (files.reduce((sum, file) => sum + file.bytes, bytes) > this.#options.maxBytes) throw this.#full();
      await this.#rotate(files, bytes);
      // Whoever moved the file away in between may have read it to its end before the lines were there.
      while (!(await this.#write(lines)));
    } catch (error) {
      throw error instanceof CollectorError ? error : this.#unwritable(error);
    }
  }

  /** Resolves to whether the lines are in the file that is read under this name from now on. */
  async #write(lines: readonly Uint8Array[]): Promise<boolean> {
    const { file, cutBytes } = await LineFile.open(this.path, true);
    try {
      if (cutBytes > 0) this.#onRepair(this.path, cutBytes);
      await file.append(lines);
      return await file.isAt(this.path);
    } finally {
      await file.close();
    }
  }

  /** Makes room for `bytes` more by giving the current file the next number. */
  async #rotate(files: readonly DeadLetterFile[], bytes: number): Promise<void> {
    const current = files.find(({ number }) => number === undefined)?.bytes ?? 0;
    if (current === 0 || current + bytes <= (this.#options.maxFileBytes ?? DEFAULT_FILE_BYTES)) return;
    const highest = files.reduce((most, { number }) => Math.max(most, number ?? 0), 0);
    await rename(this.path, join(this.#folder, `${this.#name}.${highest + 1}.jsonl`)).catch(unlessAbsent);
  }

  async #list(): Promise<readonly DeadLetterFile[]> {
    const files: DeadLetterFile[] = [];
    for (const entry of await readdir(this.#folder)) {
      if (!entry.startsWith(`${this.#name}.`)) continue;
      const rest = /^(?:(\d+)\.)?jsonl$/.exec(entry.slice(this.#name.length + 1));
      if (rest === null) continue;
      const path = join(this.#folder, entry);
      const found = await stat(path).catch(unlessAbsent);
      if (found === undefined) continue;
      files.push({ path, bytes: found.size, number: rest[1] === undefined ? undefined : Number(rest[1]) });
    }
    return files;
  }

  #full(): CollectorError {
    return new CollectorError(
      ErrorCode.storage,
      `Cannot set aside records that ${this.#exporter} refuses: its dead letters in "${this.#folder}" have reached the limit of ${this.#options.maxBytes} bytes; ` +
        "find out from the backend why, then send those files again or move them away, or raise storage::max_dead_letter_bytes",
    );
  }

  #unwritable(cause: unknown): CollectorError {
    return new CollectorError(
      ErrorCode.storage,
      `Cannot write dead letters to "${this.path}": ${describeError(cause)}; make room on the disk and check who may write`,
      { cause },
    );
  }
}

/** A file that was moved away meanwhile is nobody's concern here. */
function unlessAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
}

/** An id as a file name that no other id has: `otlp_http/siem` is `otlp_http%2Fsiem`. Holds no dot, which sets the number off. */
export function fileName(exporter: string): string {
  const name = encodeURIComponent(exporter).replaceAll(/[.!~*'()]/g, escapeCharacter);
  if (name.length <= LONGEST_NAME) return name;
  const digest = createHash("sha256").update(exporter).digest("hex");
  return `${name.slice(0, LONGEST_NAME - digest.length - 1)}-${digest}`;
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
