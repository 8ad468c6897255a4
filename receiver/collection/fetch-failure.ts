import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { ComponentStatus } from "../../collector/telemetry.ts";
import { SignInUnavailableError } from "../auth/sign-in-error.ts";
import { ApiError } from "../wire-errors.ts";

/** What a failed download means for what is tried next. */
export type FetchVerdict =
  /** The service says that the blob will never come. */
  | { readonly action: "lost"; readonly state: "expired" | "gone" }
  /** Not this blob's fault: nothing else would come through either. */
  | { readonly action: "pause"; readonly retryAfterMs: number | undefined; readonly status: ComponentStatus }
  /** Blobs of this content type wait, those of others go on. */
  | { readonly action: "set_type_aside"; readonly status: ComponentStatus }
  /** This blob waits, the others go on. */
  | {
      readonly action: "set_aside";
      readonly status: ComponentStatus;
      /** What the service asked for, when it did. */
      readonly retryAfterMs: number | undefined;
    };

/** Errors of signing in, and of our own disk. Trouble on the way to the service (`unavailable`) can be one blob's: one that is slower than the time-out. */
const NOBODY_GETS_THROUGH: Readonly<Partial<Record<ErrorCode, ComponentStatus>>> = {
  [ErrorCode.credentials]: "permanent_error",
  [ErrorCode.storage]: "permanent_error",
  [ErrorCode.throttled]: "recoverable_error",
};

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
        return { action: "pause", retryAfterMs: undefined, status: "permanent_error" };
      case "forbidden_permission":
        return { action: "set_type_aside", status: "permanent_error" };
      case "not_subscribed":
      case "disabled":
        return { action: "set_type_aside", status: "recoverable_error" };
      default:
        return { action: "set_aside", status: "recoverable_error", retryAfterMs: error.retryAfterMs };
    }
  }
  if (error instanceof SignInUnavailableError) {
    return { action: "pause", retryAfterMs: error.retryAfterMs, status: "recoverable_error" };
  }
  const status = error instanceof CollectorError ? NOBODY_GETS_THROUGH[error.code] : undefined;
  const retryAfterMs = error instanceof RetryableError ? error.retryAfterMs : undefined;
  if (status === undefined) return { action: "set_aside", status: "recoverable_error", retryAfterMs };
  return { action: "pause", retryAfterMs, status };
}
