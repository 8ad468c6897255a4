import type { ComponentStatus } from "../telemetry.ts";
import { CollectorError, ErrorCode, RetryableError } from "../errors.ts";

/** How patient delivery is. All times in milliseconds. */
export interface DeliveryOptions {
  /** Longest wait after the first failure. @default 1000 */
  readonly initialIntervalMs: number;
  /** Longest wait after any failure that the backend may get over by itself. @default 30000 */
  readonly maxIntervalMs: number;
  /** Wait after a failure that somebody has to mend: a wrong address or credential, records that cannot be set aside. @default 60000 */
  readonly holdIntervalMs: number;
  /** Bound on what a backend may ask for with Retry-After, so that a wrong date does not stop delivery for good. @default 3600000 */
  readonly maxRetryAfterMs: number;
  /**
   * Whether records count as refused for good although the backend has accepted nothing else: for records that it refused
   * before, beside others that it accepted. @default false
   */
  readonly trustsRefusals: boolean;
}

/** Back-off limits of the OpenTelemetry Collector (30 s), with a shorter first wait: nothing is queued behind it but waiting callers. */
export const defaultDeliveryOptions: DeliveryOptions = {
  initialIntervalMs: 1000,
  maxIntervalMs: 30_000,
  holdIntervalMs: 60_000,
  maxRetryAfterMs: 3_600_000,
  trustsRefusals: false,
};

/** What a failed attempt says about what to do next, when it says nothing about the records. */
export interface Verdict {
  /** `backoff`: waiting may mend it. `hold`: somebody has to, so ask seldom. */
  readonly pace: "backoff" | "hold";
  readonly status: Extract<ComponentStatus, "recoverable_error" | "permanent_error">;
  /** Bounded: an `ErrorCode`, or `unknown`. */
  readonly code: string;
  /** The backend asked to wait this long. */
  readonly retryAfterMs: number | undefined;
}

/** Judges the error of one attempt, by class and code alone. Whatever is not known to be final is tried again. */
export function judge(error: unknown): Verdict {
  const code = error instanceof CollectorError ? error.code : "unknown";
  const retryAfterMs = error instanceof RetryableError ? error.retryAfterMs : undefined;
  if (code === ErrorCode.misdirected || code === ErrorCode.credentials || code === ErrorCode.config) {
    return { pace: "hold", status: "permanent_error", code, retryAfterMs };
  }
  return { pace: "backoff", status: "recoverable_error", code, retryAfterMs };
}

/**
 * Milliseconds to wait before the next attempt. Back-off: `initial * 2^(failures - 1)` up to the maximum, of which the
 * upper half is random, so that collectors that failed together do not return together. The backend's own wish is a
 * lower bound.
 *
 * @param failures Failures in a row, this one included; at least 1.
 */
export function delayMs(verdict: Verdict, failures: number, options: DeliveryOptions, random: () => number): number {
  const ceiling = Math.min(options.maxIntervalMs, options.initialIntervalMs * 2 ** (failures - 1));
  const wait = verdict.pace === "hold" ? holdMs(options, random) : ceiling * (0.5 + random() / 2);
  return Math.ceil(Math.max(wait, Math.min(verdict.retryAfterMs ?? 0, options.maxRetryAfterMs)));
}

/** Milliseconds to wait before asking again about what somebody has to mend. */
export function holdMs(options: DeliveryOptions, random: () => number): number {
  return Math.ceil(options.holdIntervalMs * (0.5 + random() / 2));
}
