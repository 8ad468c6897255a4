import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CollectorError, ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { SignInUnavailableError } from "../../../receiver/auth/sign-in-error.ts";
import { failureReport } from "../../../receiver/collection/failure-report.ts";
import { classify } from "../../../receiver/wire-errors.ts";

suite("failureReport()", () => {
  test("is about the integration as a whole when signing in fails", () => {
    const report = failureReport("Audit.General", "permanent_error", new CollectorError(ErrorCode.credentials, "no"));
    assert.equal(report.aspect, undefined);
    assert.equal(report.message, "no");
  });

  test("is about the integration as a whole when Entra ID cannot be reached", () => {
    const error = new SignInUnavailableError(new RetryableError(ErrorCode.unavailable, "refused", { retryAfterMs: 7 }));
    const report = failureReport("Audit.General", "recoverable_error", error);
    assert.equal(report.aspect, undefined);
    assert.equal(report.status, "recoverable_error");
    assert.equal(error.retryAfterMs, 7);
  });

  test("is about the part that lacks a permission, although that is a matter of credentials too", () => {
    const body = JSON.stringify({ error: { code: "AF10001", message: "The permission set () sent in the request" } });
    const error = classify({ status: 401, headers: {}, body }, "list content", 0);
    const report = failureReport("DLP.All", "permanent_error", error);
    assert.equal(report.aspect, "DLP.All");
    assert.equal(report.reason, "AF10001");
  });

  test("gives failures of one kind one reason, whatever their texts say", () => {
    const reasons = ["window 1", "window 2"].map(
      (text) => failureReport("x", "recoverable_error", new RetryableError(ErrorCode.unavailable, text)).reason,
    );
    assert.deepEqual(reasons, [ErrorCode.unavailable, ErrorCode.unavailable]);
  });
});
