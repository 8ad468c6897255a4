import { ErrorCode, RetryableError } from "../collector/errors.ts";
import { isJsonObject } from "../collector/record.ts";
import type { ListedContent } from "../collector/storage/storage.ts";
import type { Headers } from "./http-answer.ts";
import { header, mediaType } from "./http-answer.ts";
import { classify } from "./wire-errors.ts";

/** A subscription as the service lists it. */
export interface Subscription {
  /** As the service spells it. */
  readonly contentType: string;
  /** The service leaves the status out now and then. */
  readonly status: "enabled" | "disabled" | "unknown";
}

/** One page of a listing. */
export interface ContentPage {
  readonly entries: readonly ListedContent[];
  /** Entries that cannot be read. Their window is not complete. */
  readonly malformed: number;
  /** Entries whose content is said to be on another server, where tokens must not go. Their window is not complete. */
  readonly elsewhere: number;
  /** Absent on the last page. */
  readonly nextPageUri: string | undefined;
}

/** A success of the API, read to its end. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Life of a blob when the entry does not say: the service keeps 7 days. */
const RETENTION_MS = 7 * 86_400_000;

/**
 * The JSON array that an answer must hold.
 *
 * @throws {ApiError} When it holds an error object instead: the service has sent those with status 200.
 * @throws {RetryableError} `OTEL_O365_PROTOCOL` for anything else.
 */
export function readArray(answer: ReadAnswer, action: string, nowMs: number): readonly unknown[] {
  const value = readJson(answer, action);
  if (Array.isArray(value)) return value;
  if (isJsonObject(value) && isJsonObject(value["error"])) throw classify(answer, action, nowMs);
  throw protocolError(
    action,
    `an array was expected, ${value === null ? "null" : `a value of type ${typeof value}`} came`,
  );
}

/** A subscription object. Null when it names no content type. */
export function readSubscription(value: unknown): Subscription | null {
  if (!isJsonObject(value)) return null;
  const { contentType, status } = value;
  if (typeof contentType !== "string" || contentType === "") return null;
  const known = typeof status === "string" ? status.toLowerCase() : "";
  return { contentType, status: known === "enabled" || known === "disabled" ? known : "unknown" };
}

/** The subscription that a start answers with. */
export function readStarted(answer: ReadAnswer, contentType: string, action: string, nowMs: number): Subscription {
  const value = readJson(answer, action);
  if (isJsonObject(value) && isJsonObject(value["error"])) throw classify(answer, action, nowMs);
  return readSubscription(value) ?? { contentType, status: "unknown" };
}

/**
 * A page of a listing, with the link to the next one.
 *
 * @param isOwn Whether an address is one of the API.
 */
export function readPage(
  answer: ReadAnswer,
  action: string,
  nowMs: number,
  isOwn: (uri: string) => boolean,
): ContentPage {
  const values = readArray(answer, action, nowMs);
  const readable = values.flatMap((value) => readEntry(value) ?? []);
  const entries = readable.filter(({ uri }) => isOwn(uri));
  return {
    entries,
    malformed: values.length - readable.length,
    elsewhere: readable.length - entries.length,
    nextPageUri: header(answer.headers, "nextpageuri")?.trim() || undefined,
  };
}

function readEntry(value: unknown): ListedContent | null {
  if (!isJsonObject(value)) return null;
  const { contentId, contentUri, contentCreated, contentExpiration } = value;
  if (typeof contentId !== "string" || contentId === "" || typeof contentUri !== "string" || contentUri === "")
    return null;
  const createdMs = parseTime(contentCreated);
  if (createdMs === undefined) return null;
  return { contentId, uri: contentUri, createdMs, expiresMs: parseTime(contentExpiration) ?? createdMs + RETENTION_MS };
}

/** Milliseconds of a time as the service writes it. Without a zone it is UTC. */
function parseTime(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

function readJson(answer: ReadAnswer, action: string): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    const type = mediaType(answer.headers) || "no content type";
    throw protocolError(action, `JSON was expected, ${answer.body.length} characters of ${type} came`);
  }
}

/** The error for an answer that is not what the API gives. */
export function protocolError(action: string, seen: string): RetryableError {
  return new RetryableError(
    ErrorCode.protocol,
    `Cannot ${action}: ${seen}; nothing to do: it is tried again. If it lasts, check endpoints and the proxy`,
  );
}
