import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { CollectorError, describeError, ErrorCode } from "../../../collector/errors.ts";
import { type JsonObject, parseObject } from "../../../collector/record.ts";
import type { Logger } from "../../../collector/telemetry.ts";
import { textOf } from "../../records/common-attributes.ts";
import { ExportError } from "./exported-row.ts";
import { exportRows } from "./export-rows.ts";
import { type ForeignRecords, importFile, type ImportedFile, importPaths } from "./imported-file.ts";
import { RecordsWriter } from "./records-file.ts";

/** So many rows of a file are named in the log; a file that is no export would fill it. */
const NAMED_ROWS = 20;
/** What stands for no tenant. */
const NO_TENANT = "00000000-0000-0000-0000-000000000000";

export interface ImportOptions {
  /** Folder for what is read. */
  readonly directory: string;
  readonly index: number;
  readonly path: string;
  /** GUID, lower case: whose records they should be. */
  readonly tenantId: string;
  readonly logger: Logger;
  /** Called with the bytes that were read. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Reads an export to its end: its records into a file of the replay's, so that nothing depends on the export any more, and what is
 * known of it into another, which says that it was read.
 *
 * @throws {CollectorError} `OTEL_O365_CONFIG` when it is no export, `OTEL_O365_STORAGE` when it cannot be read or stored.
 * @throws {Error} The reason of `signal` when that aborts.
 */
export async function importExport(options: ImportOptions, signal: AbortSignal): Promise<ImportedFile> {
  const { directory, index, path } = options;
  const reader = new Reader(options);
  const writer = await RecordsWriter.create(importPaths(directory, index).records).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    for await (const { line, text, fault } of exportRows(reader.bytes(signal))) {
      if (text === undefined) reader.fault(line, fault ?? "it holds no record");
      else await writer.add(text, reader.record(line, text));
    }
    const pieces = await writer.end();
    const imported = { path, ...reader.facts(), pieces };
    await importFile(directory, index).write(imported);
    return imported;
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(path, error);
  } finally {
    await writer.close();
  }
}

/** SHA-256 of a file, hexadecimal; undefined when it is not there any more. Errors are those of `node:fs`. */
export async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { signal })) hash.update(asBuffer(piece));
  return hash.digest("hex");
}

/** What is seen of an export while it is read. */
class Reader {
  readonly #options: ImportOptions;
  readonly #hash = createHash("sha256");
  readonly #foreign = new Map<string, { records: number; readonly firstLine: number }>();
  #bytes = 0;
  #records = 0;
  #unreadable = 0;
  #malformed = 0;

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  async *bytes(signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    for await (const piece of createReadStream(this.#options.path, { signal })) {
      const bytes = asBuffer(piece);
      this.#hash.update(bytes);
      this.#bytes += bytes.length;
      this.#options.onBytes(bytes.length);
      yield bytes;
    }
  }

  fault(line: number, reason: string): void {
    this.#unreadable += 1;
    this.#name(this.#unreadable, "Row without a record left out", line, reason);
  }

  /** Returns whether the text is damaged. */
  record(line: number, text: Buffer): boolean {
    this.#records += 1;
    const parsed = parseObject(text.toString("utf8"));
    if (parsed === null) {
      this.#malformed += 1;
      this.#name(this.#malformed, "Row whose AuditData is no JSON object passed on as malformed", line, undefined);
    } else this.#lookAtTenant(line, parsed);
    return !isUtf8(text);
  }

  facts(): Omit<ImportedFile, "path" | "pieces"> {
    return {
      bytes: this.#bytes,
      sha256: this.#hash.digest("hex"),
      records: this.#records,
      unreadable: this.#unreadable,
      foreign: [...this.#foreign].map(([organizationId, facts]): ForeignRecords => ({ organizationId, ...facts })),
    };
  }

  #lookAtTenant(line: number, record: JsonObject): void {
    const id = textOf(record["OrganizationId"])?.trim().toLowerCase() ?? NO_TENANT;
    if (id === NO_TENANT || id === this.#options.tenantId) return;
    const known = this.#foreign.get(id);
    if (known === undefined) this.#foreign.set(id, { records: 1, firstLine: line });
    else known.records += 1;
  }

  #name(count: number, message: string, line: number, reason: string | undefined): void {
    const { logger, path } = this.#options;
    if (count > NAMED_ROWS) return;
    const last = count === NAMED_ROWS ? { further_ones: "not named" } : {};
    logger.warn(message, { file: path, line, ...(reason === undefined ? {} : { reason }), ...last });
  }
}

function unreadable(path: string, cause: unknown): CollectorError {
  if (cause instanceof CollectorError) return cause;
  if (cause instanceof ExportError)
    return new CollectorError(ErrorCode.config, `Cannot read "${path}": ${cause.message}`, { cause });
  return new CollectorError(
    ErrorCode.storage,
    `Cannot read "${path}": ${describeError(cause)}; check the path, who may read it, and the space in the storage directory`,
    { cause },
  );
}

function asBuffer(piece: unknown): Buffer {
  if (Buffer.isBuffer(piece)) return piece;
  throw new TypeError("a file stream gave something else than bytes");
}
