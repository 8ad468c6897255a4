import { CollectorError, describeError, ErrorCode } from "../../collector/errors.ts";
import type { ComponentStatus, StatusReport } from "../../collector/telemetry.ts";
import { SignInUnavailableError } from "../auth/sign-in-error.ts";
import { ApiError } from "../wire-errors.ts";

/**
 * The status report for something that failed while working on `aspect`. Failing to sign in is about the integration as a
 * whole: all its parts fail alike, and one line says so.
 */
export function failureReport(aspect: string, status: ComponentStatus, error: unknown): StatusReport {
  const message = describeError(error);
  if (error instanceof ApiError) return { aspect, status, message, reason: error.apiCode ?? error.kind };
  if (!(error instanceof CollectorError)) return { aspect, status, message };
  if (error.code === ErrorCode.credentials || error instanceof SignInUnavailableError)
    return { status, message, reason: error.code };
  return { aspect, status, message, reason: error.code };
}
