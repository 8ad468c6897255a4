import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { ComponentStatus } from "../../collector/telemetry.ts";
import { ApiError } from "../wire-errors.ts";

/** What a failed listing means for the poller. */
export interface ListingVerdict {
  readonly status: ComponentStatus;
  readonly retryAfterMs: number | undefined;
  /** `look_again`: look at the subscription before the next listing. `refused`: the service said that there is none. */
  readonly subscription: "as_it_was" | "look_again" | "refused";
  /** `window`: the other windows may well be listed. `all`: nothing else would come through either. */
  readonly concerns: "window" | "all";
}

const FROM_THE_SERVICE: ReadonlySet<ErrorCode> = new Set([ErrorCode.protocol, ErrorCode.misdirected]);
/** A window whose list never comes in time is `unavailable`. */
const OF_ONE_WINDOW: ReadonlySet<ErrorCode> = new Set([ErrorCode.protocol, ErrorCode.unavailable]);

const PASSING: ListingVerdict = {
  status: "recoverable_error",
  retryAfterMs: undefined,
  subscription: "as_it_was",
  concerns: "all",
};
const TO_MEND: ListingVerdict = {
  status: "permanent_error",
  retryAfterMs: undefined,
  subscription: "as_it_was",
  concerns: "all",
};

/** Judges what ensuring a subscription or listing a window threw. */
export function judgeListingFailure(error: unknown): ListingVerdict {
  if (error instanceof ApiError) {
    switch (error.kind) {
      case "not_subscribed":
      case "disabled":
        return { ...PASSING, subscription: "refused" };
      case "throttled":
      case "start_throttled":
        return { ...PASSING, retryAfterMs: error.retryAfterMs };
      case "transient":
        return {
          ...PASSING,
          retryAfterMs: error.retryAfterMs,
          concerns: error.retryAfterMs === undefined ? "window" : "all",
        };
      case "bad_page_token":
        return { ...PASSING, concerns: "window" };
      case "window":
        return { ...TO_MEND, concerns: "window" };
      default:
        return { ...TO_MEND, subscription: "look_again" };
    }
  }
  if (error instanceof RetryableError) {
    return { ...PASSING, retryAfterMs: error.retryAfterMs, concerns: OF_ONE_WINDOW.has(error.code) ? "window" : "all" };
  }
  // A link to another server came from the service, not from the configuration: the next listing may bring a better one.
  if (error instanceof CollectorError && FROM_THE_SERVICE.has(error.code)) return { ...PASSING, concerns: "window" };
  return TO_MEND;
}
