import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { ComponentStatus } from "../../collector/telemetry.ts";
import { ApiError } from "../wire-errors.ts";

/** What a failed download means for what is tried next. */
export type FetchVerdict =
  /** The service says that the blob will never come. */
  | { readonly action: "lost"; readonly state: "expired" | "gone" }
  /** Not this blob's fault: nothing else would come through either. */
  | { readonly action: "pause"; readonly retryAfterMs: number | undefined; readonly status: ComponentStatus }
  /** This blob waits, the others go on. */
  | { readonly action: "set_aside"; readonly status: ComponentStatus };

/** Judges what fetching a blob threw. */
export function judgeFetchFailure(error: unknown): FetchVerdict {
  if (error instanceof ApiError) {
    switch (error.kind) {
      case "expired":
      case "gone":
        return { action: "lost", state: error.kind };
      case "throttled":
        return { action: "pause", retryAfterMs: error.retryAfterMs, status: "recoverable_error" };
      case "unauthorized":
      case "forbidden_permission":
        return { action: "pause", retryAfterMs: undefined, status: "permanent_error" };
      default:
        return { action: "set_aside", status: "recoverable_error" };
    }
  }
  if (error instanceof CollectorError && error.code === ErrorCode.credentials) {
    return { action: "pause", retryAfterMs: undefined, status: "permanent_error" };
  }
  if (error instanceof RetryableError && error.code === ErrorCode.unavailable) {
    return { action: "pause", retryAfterMs: error.retryAfterMs, status: "recoverable_error" };
  }
  return { action: "set_aside", status: "recoverable_error" };
}
