import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { deadLetterFolder, fileName } from "../collector/delivery/dead-letter-files.ts";
import { parseObject } from "../collector/record.ts";
import { recordsOf } from "../test/support/otlp-record.ts";
import type { MadeRecords } from "./made-records.ts";
import { isOwnEvent } from "./receipts.ts";

/** The records that a collector has set aside for one exporter, read back from its files. */
export class DeadLetters {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #made: MadeRecords;
  #bytes = 0;
  #records: ReadonlySet<number> = new Set();
  /** Bodies that no record was made with. */
  strangers = 0;

  /** @param directory `storage::directory`. */
  constructor(directory: string, exporter: string, made: MadeRecords) {
    this.#folder = deadLetterFolder(directory);
    this.#prefix = `${fileName(exporter)}.`;
    this.#made = made;
  }

  /** Numbers of the records that are set aside now. */
  read(): ReadonlySet<number> {
    const files = existsSync(this.#folder)
      ? readdirSync(this.#folder).filter((name) => name.startsWith(this.#prefix))
      : [];
    const paths = files.map((name) => join(this.#folder, name));
    const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
    if (bytes === this.#bytes) return this.#records;
    this.#bytes = bytes;
    this.strangers = 0;
    this.#records = new Set(paths.flatMap((path) => this.#readFile(path)));
    return this.#records;
  }

  #readFile(path: string): number[] {
    const found: number[] = [];
    for (const line of readFileSync(path, "utf8").split("\n")) {
      // A line that a kill has cut off is no letter: its records are still owed.
      const request = parseObject(line);
      if (request === null) continue;
      for (const record of recordsOf(request)) {
        if (isOwnEvent(record)) continue;
        const index = this.#made.find(String(record.body));
        if (index === undefined) this.strangers += 1;
        else found.push(index);
      }
    }
    return found;
  }
}
