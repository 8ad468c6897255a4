import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { filePath } from "./config/fields.ts";
import { CollectorError, describeError, ErrorCode } from "./errors.ts";

/** Where the value of a header is read from. */
export interface HeaderFile {
  readonly path: string;
  readonly prefix: string;
}

/** `header_files:` of a client: values that somebody else renews, such as tokens. */
export function headerFiles(name: z.ZodType<string, string>): z.ZodType<Readonly<Record<string, HeaderFile>>> {
  return z.record(
    name,
    z.strictObject({
      path: filePath().describe("File whose text, without its last line break, is the value"),
      prefix: z.string().default("").describe("Text in front of it, for example `Bearer ` with its blank"),
    }),
  );
}

/** Printable ASCII without line breaks: what HTTP and gRPC both take. */
const VALUE = /^[ -~]+$/;

interface Seen {
  readonly modifiedMs: number;
  readonly size: number;
  readonly value: string;
}

/** Reads headers from files, again whenever a file has changed. */
export class HeaderFileReader {
  readonly #files: Readonly<Record<string, HeaderFile>>;
  readonly #seen = new Map<string, Seen>();

  constructor(files: Readonly<Record<string, HeaderFile>>) {
    this.#files = files;
  }

  /**
   * The headers as the files have them now. A file that cannot be read for a moment leaves its last value.
   *
   * @throws {CollectorError} `OTEL_O365_CREDENTIALS` when a file was never readable, or holds what no header can.
   */
  read(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(this.#files).map(([name, file]) => [name, this.#valueOf(name, file)]));
  }

  #valueOf(name: string, { path, prefix }: HeaderFile): string {
    const seen = this.#seen.get(name);
    try {
      const { mtimeMs: modifiedMs, size } = statSync(path);
      if (seen?.modifiedMs === modifiedMs && seen.size === size) return seen.value;
      const value = prefix + readFileSync(path, "utf8").replace(/\r?\n$/, "");
      // Empty for a moment: whoever renews it has just begun to write.
      if (value !== prefix || seen === undefined) {
        if (!VALUE.test(value)) throw unusable(name, path);
        this.#seen.set(name, { modifiedMs, size, value });
        return value;
      }
    } catch (error) {
      if (error instanceof CollectorError) throw error;
      if (seen === undefined) throw unreadable(name, path, error);
    }
    return seen.value;
  }
}

function unreadable(name: string, path: string, cause: unknown): CollectorError {
  return new CollectorError(
    ErrorCode.credentials,
    `Cannot read the header "${name}" from "${path}": ${describeError(cause)}; check the path and who may read it`,
    { cause },
  );
}

function unusable(name: string, path: string): CollectorError {
  return new CollectorError(
    ErrorCode.credentials,
    `Cannot use the text of "${path}" as header "${name}": it is empty or holds a character that no header may; write the token alone into it`,
  );
}
