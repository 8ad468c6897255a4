import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { isJsonObject, parseObject, type JsonValue } from "../record.ts";
import { decodeLogs } from "../replay/decode-logs.ts";
import { OtlpJsonError } from "../replay/otlp-value.ts";

/** A record of a file, and how long it is there. */
export interface SizedRecord {
  readonly record: ReadableLogRecord;
  /** As OTLP JSON, in UTF-8, without its resource and scope. */
  readonly bytes: number;
}

/** A line that could not be read. */
export interface BadLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly seen: string;
}

/**
 * Reads files of OTLP JSON lines, as the `file` exporter and the dead letters are; `.gz` and `.zst` are unpacked, `-` is
 * standard input. Lines that are something else are told and left out.
 *
 * @throws {Error} Of `node:fs` and `node:zlib`, when a file cannot be read.
 */
export async function* readRecords(
  file: string,
  input: Readable,
  onBadLine: (bad: BadLine) => void,
): AsyncGenerator<readonly SizedRecord[]> {
  const stream = file === "-" ? input : open(file);
  let line = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === "") continue;
    try {
      yield sized(text);
    } catch (error) {
      if (!(error instanceof OtlpJsonError)) throw error;
      onBadLine({ file, line, seen: error.message });
    }
  }
}

/** Errors of either stream end the reading of the last. */
function open(file: string): Readable {
  const raw = createReadStream(file);
  const unpack = file.endsWith(".gz") ? createGunzip() : file.endsWith(".zst") ? createZstdDecompress() : undefined;
  if (unpack === undefined) return raw;
  pipeline(raw, unpack).catch((error: unknown) => unpack.destroy(error instanceof Error ? error : undefined));
  return unpack;
}

function sized(text: string): readonly SizedRecord[] {
  const records = decodeLogs(text);
  const sizes = sizesIn(text);
  return records.map((record, index) => ({ record, bytes: sizes[index] ?? 0 }));
}

/** The lengths of the records in a line that decodeLogs() has read, in its order. */
function sizesIn(text: string): readonly number[] {
  const list = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
  const member = (value: JsonValue, key: string): JsonValue | undefined =>
    isJsonObject(value) ? value[key] : undefined;
  return list(parseObject(text)?.["resourceLogs"])
    .flatMap((resource) => list(member(resource, "scopeLogs")))
    .flatMap((scope) => list(member(scope, "logRecords")))
    .map((record) => Buffer.byteLength(JSON.stringify(record)));
}
