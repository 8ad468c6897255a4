import { inspect } from "node:util";

/**
 * Every error code that otel-o365 raises on purpose. Callers decide on the code or the class, never on the message.
 */
export const ErrorCode = {
  /** The configuration cannot be used as written. */
  config: "OTEL_O365_CONFIG",
  /** A credential (certificate, key, tenant, client) was refused or cannot be read. */
  credentials: "OTEL_O365_CREDENTIALS",
  /** The remote side could not be reached, timed out or answered with a passing failure. */
  unavailable: "OTEL_O365_UNAVAILABLE",
  /** The remote side asked for fewer requests. */
  throttled: "OTEL_O365_THROTTLED",
  /** The remote side is not what the configuration says (wrong address, login page, wrong credential). */
  misdirected: "OTEL_O365_MISDIRECTED",
  /** The remote side refused this very input and would refuse it again. */
  rejected: "OTEL_O365_REJECTED",
  /** The Office 365 Management Activity API answered with an error object. */
  api: "OTEL_O365_API",
  /** The remote side broke its own protocol: cut body, wrong content type, not an array. */
  protocol: "OTEL_O365_PROTOCOL",
  /** State on disk could not be read or written. */
  storage: "OTEL_O365_STORAGE",
  /** A component failed with an error of no other code: a port in use, or a fault of ours. The cause says which. */
  internal: "OTEL_O365_INTERNAL",
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Base class of all errors raised on purpose. `message` reads *Cannot <action> <object>: <what was seen>; <what to do>*. */
export class CollectorError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The same input would be refused again. Thrown by exporters only; `rejected` holds indexes into the consumed array. */
export class PermanentError extends CollectorError {
  /** Indexes of the records that were refused; undefined when the remote side refused the batch as a whole. */
  readonly rejected: readonly number[] | undefined;
  /** Status of the answer in the protocol of the remote side, for example 400; undefined when there was none. */
  readonly status: number | undefined;

  constructor(
    message: string,
    options?: ErrorOptions & { readonly rejected?: readonly number[]; readonly status?: number },
  ) {
    super(ErrorCode.rejected, message, options);
    this.rejected = options?.rejected;
    this.status = options?.status;
  }
}

/** The same input may be accepted later. */
export class RetryableError extends CollectorError {
  /** Milliseconds that the remote side asked to wait, when it did. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAfterMs?: number | undefined },
  ) {
    super(code, message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/**
 * The remote side accepted the batch except for some records that it does not name. Sending the batch again would
 * repeat the others, so nobody does: `collector/delivery/` counts it and keeps a copy of the batch. Thrown by exporters only.
 */
export class PartialSuccessError extends CollectorError {
  /** How many records of the batch were refused: at least 1, at most the size of the batch. */
  readonly rejectedCount: number;

  constructor(message: string, options: ErrorOptions & { readonly rejectedCount: number }) {
    super(ErrorCode.rejected, message, options);
    this.rejectedCount = options.rejectedCount;
  }
}

/** The code of an error for a status report; nothing for errors of no code. */
export function codeOf(error: unknown): { readonly code?: ErrorCode } {
  return error instanceof CollectorError ? { code: error.code } : {};
}

/** The text of anything thrown, for the `error` field of a log line: the whole chain of causes, each once. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let current: unknown = error, depth = 0; current !== undefined && current !== null && depth < 5; depth += 1) {
    const text = textOf(current);
    if (depth > 0 && isOwnEnd(current)) break;
    if (!parts.some((part) => part.includes(text))) parts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(": ");
}

/** That we ended it ourselves, says what stands above. */
function isOwnEnd(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === "TimeoutError" || cause.name === "AbortError");
}

/** The text of one thrown thing, without its causes, on one line. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  // OpenSSL's messages are coordinates in its source; what they mean is beside them.
  const said = "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
  const line = said.replace(/\s*[\r\n]\s*/g, " ").trim();
  if (line !== "") return line;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (error instanceof AggregateError && code === undefined) return error.errors.map(describeError).join(", ");
  return code ?? error.name;
}
