import { open, readFile, rename } from "node:fs/promises";
import type { z } from "zod";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";
import { isAbsent, syncFolder } from "./line-file.ts";

/** A small JSON file (mode 0600) that is replaced as a whole: whoever reads it gets one state or the next, also after a crash. */
export class StateFile<T> {
  readonly path: string;
  readonly #schema: z.ZodType<T>;
  #last: Promise<unknown> = Promise.resolve();
  #next: T | undefined;

  constructor(path: string, schema: z.ZodType<T>) {
    this.path = path;
    this.#schema = schema;
  }

  /**
   * Undefined when there is no file.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when it cannot be read, or is not what was written.
   */
  async read(): Promise<T | undefined> {
    try {
      return this.#schema.parse(JSON.parse(await readFile(this.path, "utf8")));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw failure("read", this.path, error, "restore it, or delete it: what it remembers is done once more then");
    }
  }

  /**
   * Resolves once the disk has `value`, or a later one: of values that come while one is being written, only the last is.
   *
   * @throws {CollectorError} `OTEL_O365_STORAGE` when it cannot be written; the file has an earlier value then.
   */
  write(value: T): Promise<void> {
    this.#next = value;
    const work = this.#last.then(() => this.#write());
    this.#last = work.catch(() => {});
    return work;
  }

  async #write(): Promise<void> {
    const value = this.#next;
    if (value === undefined) return;
    this.#next = undefined;
    const temporary = `${this.path}.new`;
    try {
      const handle = await open(temporary, "w", 0o600);
      try {
        await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(temporary, this.path);
      await syncFolder(this.path);
    } catch (error) {
      this.#next ??= value;
      throw failure("write", this.path, error, "make room on the disk and check who may write");
    }
  }
}

function failure(action: string, path: string, cause: unknown, remedy: string): CollectorError {
  return new CollectorError(ErrorCode.storage, `Cannot ${action} "${path}": ${describeError(cause)}; ${remedy}`, {
    cause,
  });
}
