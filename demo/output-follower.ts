import { open, type FileHandle } from "node:fs/promises";
import { recordsOfLine } from "./exported.ts";

const NEWLINE = 0x0a;

/** Counts the records in a growing file of OTLP JSON lines, reading every byte once. */
export class OutputFollower {
  readonly #path: string;
  #offset = 0;
  #records = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Records seen so far. */
  get records(): number {
    return this.#records;
  }

  /** Reads the lines that were completed since the last call. */
  async read(): Promise<void> {
    const file = await this.#open();
    if (file === undefined) return;
    try {
      const { size } = await file.stat();
      const fresh = Buffer.alloc(size - this.#offset);
      await file.read(fresh, 0, fresh.length, this.#offset);
      const end = fresh.lastIndexOf(NEWLINE) + 1;
      for (const line of fresh.toString("utf8", 0, end).split("\n")) this.#records += recordsOfLine(line).length;
      this.#offset += end;
    } finally {
      await file.close();
    }
  }

  async #open(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path);
    } catch (error) {
      // The collector makes the file when it starts.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
}
