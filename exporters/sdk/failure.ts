import { STATUS_CODES } from "node:http";
import {
  type CollectorError,
  describeError,
  ErrorCode,
  PermanentError,
  RetryableError,
} from "../../collector/errors.ts";

/** Where the exporters that are known keep the HTTP status: those of OpenTelemetry (`code`), of Azure (`statusCode`), of others (`status`). */
const STATUS_KEYS = ["statusCode", "status", "code"] as const;

/** What a backend says about the records themselves: as `otlp_http` takes it. */
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);
const REQUEST_TIMEOUT = 408;
const THROTTLED = 429;

/**
 * What a failed export says about what to do next. The interface itself tells nothing: only an HTTP status that the error
 * carries can say that records are refused for good, everything else is tried again.
 *
 * @param name Of the exporter.
 */
export function classify(cause: unknown, name: string): CollectorError {
  const status = statusOf(cause);
  const seen = describe(cause, status);
  const cannot = (todo: string): string => `Cannot export records through ${name}: ${seen}; ${todo}`;
  if (status === undefined || status >= 500 || status === REQUEST_TIMEOUT) {
    const todo = "it is tried again by itself; if this lasts, check args and the backend";
    return new RetryableError(ErrorCode.unavailable, cannot(todo), { cause });
  }
  if (REFUSED.has(status)) {
    return new PermanentError(cannot("find out from the backend what is wrong with the records"), { cause, status });
  }
  if (status === THROTTLED) {
    const todo = "it is tried again by itself, more slowly; if this lasts, raise the backend's limit";
    return new RetryableError(ErrorCode.throttled, cannot(todo), { cause });
  }
  return new RetryableError(ErrorCode.misdirected, cannot("check address and credential in args"), { cause });
}

/** The HTTP status of an answer that was no success. Other codes, such as those of gRPC, are smaller numbers or text. */
function statusOf(cause: unknown): number | undefined {
  if (typeof cause !== "object" || cause === null) return undefined;
  const values: unknown[] = STATUS_KEYS.map((key) => Reflect.get(cause, key));
  return values.find(isFailureStatus);
}

function isFailureStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 300 && Number(value) < 600;
}

function describe(cause: unknown, status: number | undefined): string {
  if (cause === undefined) return "it reported failure without a reason";
  const text = describeError(cause);
  if (status === undefined) return text;
  const answer = `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  return text === STATUS_CODES[status] || text.includes(String(status))
    ? `it answered ${answer}`
    : `it answered ${answer} (${text})`;
}
