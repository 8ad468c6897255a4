import { z } from "zod";
import { ChangingFile } from "./changing-file.ts";
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

/** Reads headers from files, again whenever a file has changed. */
export class HeaderFileReader {
  readonly #headers: readonly { readonly name: string; readonly prefix: string; readonly file: ChangingFile }[];

  constructor(files: Readonly<Record<string, HeaderFile>>) {
    this.#headers = Object.entries(files).map(([name, { path, prefix }]) => {
      const file = new ChangingFile(path, {
        isUsable: (text) => VALUE.test(prefix + text) && text !== "",
        unusable: () => unusable(name, path),
        unreadable: (cause) => unreadable(name, path, cause),
      });
      return { name, prefix, file };
    });
  }

  /**
   * The headers as the files have them now. A file that cannot be read for a moment leaves its last value.
   *
   * @throws {CollectorError} `OTEL_O365_CREDENTIALS` when a file was never readable, or holds what no header can.
   */
  read(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#headers.map(({ name, prefix, file }) => [name, prefix + file.read()]));
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
