import { readFileSync, statSync } from "node:fs";
import type { CollectorError } from "./errors.ts";

/** What a file is to hold, and what to say otherwise. */
export interface Expectation {
  isUsable(text: string): boolean;
  unusable(): CollectorError;
  unreadable(cause: unknown): CollectorError;
}

interface Seen {
  readonly modifiedMs: number;
  readonly size: number;
  readonly text: string;
}

/** A small file that somebody else renews: its text, without the last line break, read again whenever the file has changed. */
export class ChangingFile {
  readonly #path: string;
  readonly #expected: Expectation;
  #seen: Seen | undefined;

  constructor(path: string, expected: Expectation) {
    this.#path = path;
    this.#expected = expected;
  }

  /**
   * The text as the file has it now. A file that cannot be read, or is empty, for a moment leaves its last text.
   *
   * @throws {CollectorError} What the expectation says, when the file was never readable, or holds what is of no use.
   */
  read(): string {
    const seen = this.#seen;
    const read = this.#readNew(seen);
    if (read === undefined) return seen?.text ?? "";
    // Empty for a moment: whoever renews it has just begun to write.
    if (read.text === "" && seen !== undefined) return seen.text;
    if (!this.#expected.isUsable(read.text)) throw this.#expected.unusable();
    this.#seen = read;
    return read.text;
  }

  /** Undefined when what was seen last still holds. */
  #readNew(seen: Seen | undefined): Seen | undefined {
    try {
      const { mtimeMs: modifiedMs, size } = statSync(this.#path);
      if (seen?.modifiedMs === modifiedMs && seen.size === size) return undefined;
      return { modifiedMs, size, text: readFileSync(this.#path, "utf8").replace(/\r?\n$/, "") };
    } catch (cause) {
      if (seen === undefined) throw this.#expected.unreadable(cause);
      return undefined;
    }
  }
}
