import { CollectorError, describeError, ErrorCode } from "../../collector/errors.ts";
import type { ComponentStatus, ReportStatus, StatusReport } from "../../collector/telemetry.ts";
import { SignInUnavailableError } from "../auth/sign-in-error.ts";
import { ApiError } from "../wire-errors.ts";

/**
 * The status report for something that failed while working on `aspect`. Failing to sign in is about the integration as a
 * whole: all its parts fail alike, and one line says so.
 */
export function failureReport(aspect: string, status: ComponentStatus, error: unknown): StatusReport {
  const message = describeError(error);
  if (!(error instanceof CollectorError)) return { aspect, status, message };
  const { code } = error;
  if (error instanceof ApiError) return { aspect, status, message, code, reason: error.apiCode ?? error.kind };
  const whole = code === ErrorCode.credentials || error instanceof SignInUnavailableError;
  return { ...(whole ? {} : { aspect }), status, message, code, reason: code };
}

/**
 * Reports that working on `aspect` failed, unless the service asked for fewer requests: the budget of the tenant says that, once.
 *
 * @returns Whether it was reported of the aspect, and not of the integration as a whole.
 */
export function reportFailure(
  reportStatus: ReportStatus,
  aspect: string,
  status: ComponentStatus,
  error: unknown,
): boolean {
  if (error instanceof ApiError && error.kind === "throttled") return false;
  const report = failureReport(aspect, status, error);
  reportStatus(report);
  return report.aspect === aspect;
}
