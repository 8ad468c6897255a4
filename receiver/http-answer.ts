import type { IncomingHttpHeaders } from "node:http";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { pipeline, type Readable } from "node:stream";
import { CollectorError, ErrorCode, RetryableError } from "../collector/errors.ts";

/** Headers as undici gives them: lower-case names. */
export type Headers = IncomingHttpHeaders | Readonly<Record<string, string | string[] | undefined>>;

/** One header; the first where it was sent several times. */
export function header(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The media type of an answer in lower case, without its parameters; empty when there is none. */
export function mediaType(headers: Headers): string {
  return header(headers, "content-type")?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Nobody is believed who says to stay away for longer: collection would stand still long after the trouble is over. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The value of `Retry-After` in milliseconds, from seconds or a date, at most an hour; undefined when absent or unreadable. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const text = header(headers, "retry-after")?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - nowMs), MAX_RETRY_AFTER_MS);
}

/**
 * The body without its content encoding. An error on either side destroys both.
 *
 * @throws {RetryableError} `OTEL_O365_PROTOCOL` for an encoding that was not asked for; the body is destroyed.
 */
export function decoded(body: Readable, headers: Headers, action: string): Readable {
  const encoding = header(headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return body;
  const decoder =
    encoding === "gzip" || encoding === "x-gzip"
      ? createGunzip()
      : encoding === "deflate"
        ? createInflate()
        : encoding === "br"
          ? createBrotliDecompress()
          : undefined;
  if (decoder === undefined) {
    body.on("error", ignore).destroy();
    throw new RetryableError(
      ErrorCode.protocol,
      `Cannot ${action}: the answer is encoded as "${encoding}", which was not asked for; check the proxy on the way`,
    );
  }
  // pipeline() passes errors on to the decoder, where the reader sees them.
  pipeline(body, decoder, ignore);
  return decoder;
}

/**
 * Reads a body as text.
 *
 * @throws {CollectorError} `OTEL_O365_PROTOCOL` when it is longer than `maxBytes` after decoding.
 */
export async function readText(body: Readable, maxBytes: number, action: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = asBuffer(chunk);
    bytes += part.length;
    if (bytes > maxBytes) {
      throw new CollectorError(
        ErrorCode.protocol,
        `Cannot ${action}: the answer is longer than ${maxBytes} bytes; check the address and the proxy on the way`,
      );
    }
    chunks.push(part);
  }
  return stripBom(Buffer.concat(chunks, bytes).toString("utf8"));
}

/** Reads the first `maxBytes` of a body as text and drops the rest, also when reading it fails: for answers that are errors anyway. */
export async function readStart(body: Readable, headers: Headers, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decoded(body, headers, "read an error")) {
      const part = asBuffer(chunk);
      chunks.push(part);
      bytes += part.length;
      if (bytes >= maxBytes) break;
    }
  } catch {
    // The status says what is the matter; a cut body only says less.
  }
  return stripBom(Buffer.concat(chunks, bytes).subarray(0, maxBytes).toString("utf8"));
}

function asBuffer(chunk: unknown): Buffer {
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : Buffer.from(String(chunk));
}

function stripBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function ignore(): void {}
