import { type ServiceError, status } from "@grpc/grpc-js";
import {
  type CollectorError,
  ErrorCode,
  PartialSuccessError,
  PermanentError,
  RetryableError,
} from "../../collector/errors.ts";
import { excerpt } from "../../collector/excerpt.ts";
import { hideCredentials } from "../../collector/hide-credentials.ts";
import { retryDelayMs } from "./retry-info.ts";

/** What was asked. */
export interface Question {
  /** The backend as messages name it. */
  readonly destination: string;
  /** Records in the batch. */
  readonly records: number;
  /** Length of the request before compression. */
  readonly bytes: number;
  /** The metadata that was sent. What the answer repeats of it is not passed on. */
  readonly sent: Readonly<Record<string, string>>;
}

/** The size that gRPC servers refuse by default, with the code that they also use for quotas. */
const DEFAULT_LIMIT_BYTES = 4 * 1024 * 1024;

/** Codes that are about the records: the same ones would be refused again. */
const PERMANENT: Readonly<Record<number, string>> = {
  [status.INVALID_ARGUMENT]: "find out from the backend what is wrong with the records",
  [status.FAILED_PRECONDITION]: "find out from the backend what is wrong with the records",
  [status.ALREADY_EXISTS]: "find out from the backend what is wrong with the records",
};

/** Codes that are about the address or the credential. */
const MISDIRECTED: Readonly<Record<number, string>> = {
  [status.UNAUTHENTICATED]: "check the credential in headers or auth",
  [status.PERMISSION_DENIED]: "check what the credential in headers or auth may do",
  [status.UNIMPLEMENTED]: "check endpoint: this server takes no OTLP logs over gRPC",
  [status.NOT_FOUND]: "check endpoint: this server takes no OTLP logs over gRPC",
};

const WAIT = "it is tried again by itself; if this lasts, look into the backend";

/**
 * Classifies an attempt that did not end with OK. The specification also calls UNKNOWN and INTERNAL final; proxies and crashing
 * backends use them, and a record of an audit trail is not given up for that.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#failures (read 2026-11-25)
 */
export function readFailure(error: ServiceError, { destination, bytes, sent }: Question): CollectorError {
  const { code } = error;
  const said = error.details === "" ? "" : ` ("${excerpt(hideCredentials(error.details, sent))}")`;
  const seen = `Cannot send logs to ${destination}: it answered ${status[code] ?? code}${said}`;
  const retryAfterMs = retryDelayMs(error.metadata);
  const words = hideCredentials(error.message, sent);
  const cause = words === error.message ? error : new Error(words);
  const permanent = PERMANENT[code];
  if (permanent !== undefined) return new PermanentError(`${seen}; ${permanent}`, { cause, status: code });
  if (code === status.RESOURCE_EXHAUSTED) {
    if (retryAfterMs === undefined && bytes > DEFAULT_LIMIT_BYTES) {
      const todo = "send smaller batches: lower send_batch_max_bytes of the batch processor";
      return new PermanentError(`${seen}; ${todo}`, { cause, status: code });
    }
    const todo = "it is tried again by itself, more slowly; if this lasts, raise the backend's limit";
    return new RetryableError(ErrorCode.throttled, `${seen}; ${todo}`, { cause, retryAfterMs });
  }
  const misdirected = MISDIRECTED[code];
  if (misdirected !== undefined) {
    return new RetryableError(ErrorCode.misdirected, `${seen}; ${misdirected}`, { cause, retryAfterMs });
  }
  return new RetryableError(ErrorCode.unavailable, `${seen}; ${WAIT}`, { cause, retryAfterMs });
}

/** What the backend says of records that it took: an error when it left some out, a warning when it only remarks. */
export function readSuccess(
  partial: { readonly rejectedLogRecords?: number | string; readonly errorMessage?: string } | undefined,
  { destination, records, sent }: Question,
): { readonly error?: CollectorError; readonly warning?: string } {
  const rejected = Number(partial?.rejectedLogRecords ?? 0);
  const message = excerpt(hideCredentials(partial?.errorMessage ?? "", sent));
  if (!(rejected > 0)) return message === "" ? {} : { warning: message };
  const rejectedCount = Math.min(rejected, records);
  const said = message === "" ? "no reason" : `"${message}"`;
  return {
    error: new PartialSuccessError(
      `Cannot deliver ${rejectedCount} of ${records} records to ${destination}: ` +
        `the backend accepted the batch without them and gave ${said}; find out there what is wrong with the records`,
      { rejectedCount },
    ),
  };
}
