import { STATUS_CODES } from "node:http";
import {
  type CollectorError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "../../collector/errors.ts";
import { excerpt } from "../../collector/excerpt.ts";
import { hideCredentials } from "../../collector/hide-credentials.ts";
import { nameOf } from "./destination.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { rpcStatusMessage } from "./rpc-status.ts";
import { decodeServiceResponse } from "./service-response.ts";

/** A complete HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  readonly body: Uint8Array;
}

/** What was asked. */
export interface Question {
  /** The destination as messages name it. */
  readonly destination: string;
  /** Records in the batch. */
  readonly records: number;
  readonly requireOtlpResponse: boolean;
  readonly nowMs: number;
  /** The headers that were sent. What the answer repeats of them is not passed on. */
  readonly sent: Readonly<Record<string, string>>;
}

/** How an attempt ended: `error` when the batch, or a part of it, was not accepted; `warning` when the backend says something else. */
export interface Outcome {
  readonly error?: CollectorError;
  readonly warning?: string;
}

/** What to do about a status that says "wrong address or credential", or about the configuration. */
const MISDIRECTED_REMEDY: Readonly<Record<number, string>> = {
  401: "check the credential in headers or auth",
  402: "check the subscription with the backend",
  403: "check what the credential in headers or auth may do",
  404: "check the path: endpoint gets /v1/logs appended, logs_endpoint is used as written",
  405: "check the path: endpoint gets /v1/logs appended, logs_endpoint is used as written",
  407: "put the proxy's user and password into proxy_url",
  415: "set encoding or compression to what the backend takes",
  431: "send fewer or shorter headers",
};

const PERMANENT_REMEDY: Readonly<Record<number, string>> = {
  400: "find out from the backend what is wrong with the records",
  413: "send smaller batches: lower send_batch_max_bytes of the batch processor",
  422: "find out from the backend what is wrong with the records",
};

/** Codes that OTLP/HTTP calls retryable; of these 429 and 503 may come with Retry-After. */
const THROTTLED = 429;
const REQUEST_TIMEOUT = 408;

/**
 * Classifies a complete answer by status, content type and body.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response (read 2026-11-22)
 */
export function readAnswer(answer: Answer, question: Question): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return readSuccess(answer, question);
  const cannot = `Cannot send logs to ${question.destination}: `;
  const seen = cannot + describe(answer, question);
  if (status >= 300 && status < 400) {
    const todo = "it redirects elsewhere and redirects are not followed; set endpoint to the final address";
    return { error: new RetryableError(ErrorCode.misdirected, `${seen}${target(answer.location, question)}; ${todo}`) };
  }
  const permanent = PERMANENT_REMEDY[status];
  if (permanent !== undefined) return { error: new PermanentError(`${seen}; ${permanent}`, { status }) };
  const retryAfterMs = parseRetryAfter(answer.retryAfter, question.nowMs);
  if (status === THROTTLED) {
    const todo = "it is tried again by itself, more slowly; if this lasts, raise the backend's limit";
    return { error: new RetryableError(ErrorCode.throttled, `${seen}; ${todo}`, { retryAfterMs }) };
  }
  if (status >= 500 || status === REQUEST_TIMEOUT) {
    const todo = "it is tried again by itself; if this lasts, look into the backend";
    return { error: new RetryableError(ErrorCode.unavailable, `${seen}; ${todo}`, { retryAfterMs }) };
  }
  const remedy = MISDIRECTED_REMEDY[status] ?? "check endpoint and headers";
  return { error: new RetryableError(ErrorCode.misdirected, `${seen}; ${remedy}`, { retryAfterMs }) };
}

function readSuccess(answer: Answer, question: Question): Outcome {
  const media = mediaType(answer.contentType);
  const response = answer.status === 200 ? decodeServiceResponse(media, answer.body) : undefined;
  if (response !== undefined) return readServiceResponse(response.rejectedCount, response.message, question);
  if (!question.requireOtlpResponse && media !== "text/html") return {};
  return { error: new RetryableError(ErrorCode.misdirected, notOtlp(answer, media, question)) };
}

function readServiceResponse(rejected: number, message: string | undefined, question: Question): Outcome {
  const words = message === undefined ? undefined : quotable(message, question);
  if (rejected === 0) return words === undefined ? {} : { warning: words };
  const said = words === undefined ? "no reason" : `"${words}"`;
  const count = Math.min(rejected, question.records);
  return {
    error: new PartialSuccessError(
      `Cannot deliver ${count} of ${question.records} records to ${question.destination}: ` +
        `the backend accepted the batch without them and gave ${said}; find out there what is wrong with the records`,
      { rejectedCount: count },
    ),
  };
}

function notOtlp(answer: Answer, media: string, question: Question): string {
  const what = answer.body.length === 0 ? "no body" : "no OTLP response";
  const type = media === "" ? "no content type" : `content type "${quotable(media, question)}"`;
  const todo =
    media === "text/html"
      ? "this looks like a web page, for example to sign in: check endpoint and headers"
      : "check endpoint; if this backend is known to answer so, set require_otlp_response: false";
  return `Cannot send logs to ${question.destination}: it answered ${reason(answer.status)} with ${type} and ${what}; ${todo}`;
}

/** `it answered 400 Bad Request ("the backend's own words")`. */
function describe(answer: Answer, question: Question): string {
  const message = quotable(rpcStatusMessage(mediaType(answer.contentType), answer.body) ?? "", question);
  return `it answered ${reason(answer.status)}${message === "" ? "" : ` ("${message}")`}`;
}

/** Words of the backend, on one line and without what it was sent. */
function quotable(text: string, { sent }: Question): string {
  return excerpt(hideCredentials(text, sent));
}

function reason(status: number): string {
  const text = STATUS_CODES[status];
  return text === undefined ? String(status) : `${status} ${text}`;
}

function target(location: string | undefined, question: Question): string {
  if (location === undefined || !URL.canParse(location)) return "";
  return ` to ${quotable(nameOf(new URL(location)), question)}`;
}

/** `Application/JSON; charset=utf-8` is `application/json`. */
function mediaType(contentType: string | undefined): string {
  return (contentType?.split(";", 1)[0] ?? "").trim().toLowerCase();
}
