import { basename } from "node:path";
import { z } from "zod";
import type { DeadLetter } from "../../delivery/dead-letter.ts";
import { StateFile } from "../../state-file.ts";

type Reason = DeadLetter["reason"];

const offset = z.int().min(0);
const schema = z.record(z.string(), z.strictObject({ refused: offset, partial: offset }));
type Offsets = z.infer<typeof schema>;

/** How far the files that were taken over have been sent, for each reason: up to there every line was acknowledged. */
export class Positions {
  readonly #file: StateFile<Offsets>;
  readonly #offsets: Map<string, Readonly<Record<Reason, number>>>;

  private constructor(file: StateFile<Offsets>, offsets: Offsets) {
    this.#file = file;
    this.#offsets = new Map(Object.entries(offsets));
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when the file is there and cannot be read. */
  static async open(path: string): Promise<Positions> {
    const file = new StateFile(path, schema);
    return new Positions(file, (await file.read()) ?? {});
  }

  get(path: string, reason: Reason): number {
    return this.#offsets.get(basename(path))?.[reason] ?? 0;
  }

  /** @throws {CollectorError} `OTEL_O365_STORAGE` when it cannot be written. */
  async advance(path: string, reason: Reason, end: number): Promise<void> {
    const before = this.#offsets.get(basename(path)) ?? { refused: 0, partial: 0 };
    this.#offsets.set(basename(path), { ...before, [reason]: end });
    await this.#save();
  }

  /** For a file that is no more. */
  async forget(path: string): Promise<void> {
    if (this.#offsets.delete(basename(path))) await this.#save();
  }

  #save(): Promise<void> {
    return this.#file.write(Object.fromEntries(this.#offsets));
  }
}
