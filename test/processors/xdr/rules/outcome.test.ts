import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JsonObject } from "../../../../collector/record.ts";
import { readerOf } from "../../../../processors/xdr/record-reader.ts";
import { errorType, isInterrupted, outcomeOf } from "../../../../processors/xdr/rules/outcome.ts";

suite("outcomeOf()", () => {
  const cases: { name: string; record: JsonObject; signIn?: boolean; outcome: string }[] = [
    {
      name: "a failed sign-in whose HTTP call worked",
      record: { Operation: "UserLoginFailed", ResultStatus: "Success" },
      signIn: true,
      outcome: "failure",
    },
    {
      name: "a failed sign-in",
      record: { Operation: "UserLoginFailed", ResultStatus: "Failed" },
      signIn: true,
      outcome: "failure",
    },
    {
      name: "a sign-in with an interrupt code",
      record: { Operation: "UserLoggedIn", ResultStatus: "Success", ErrorNumber: "50140" },
      signIn: true,
      outcome: "success",
    },
    {
      name: "a sign-in with a logon error",
      record: { Operation: "UserLoggedIn", ResultStatus: "Succeeded", LogonError: "InvalidReplyTo" },
      signIn: true,
      outcome: "success",
    },
    {
      name: "a sign-in that states a failure",
      record: { Operation: "UserLoggedIn", ResultStatus: "Failed" },
      signIn: true,
      outcome: "failure",
    },
    { name: "a copy that failed, in a field of its own", record: { Status: "Failed" }, outcome: "failure" },
    {
      name: "a failure of Power Platform, in its list",
      record: {
        ResultStatus: "Success",
        PropertyCollection: [{ Name: "powerplatform.analytics.operation.is_successful", Value: "False" }],
      },
      outcome: "failure",
    },
    {
      name: "a success of Power Platform, in its list as JSON text",
      record: {
        PropertyCollection: '[{"Name":"powerplatform.analytics.operation.is_successful","Value":"True"}]',
      },
      outcome: "success",
    },
    {
      name: "a list of Power Platform that does not say",
      record: { PropertyCollection: [{ Name: "version", Value: "1.0" }, null] },
      outcome: "unknown",
    },
    { name: "a state that is no outcome", record: { Status: "Active" }, outcome: "unknown" },
    { name: "a result in a field of its own", record: { OperationResult: "Succeeded" }, outcome: "success" },
    { name: "a setup that failed", record: { ResultStatus: "True", ProvisioningStatus: "failed" }, outcome: "failure" },
    {
      name: "a failed sign-in with blanks around its name",
      record: { Operation: " UserLoginFailed ", ResultStatus: "Success" },
      signIn: true,
      outcome: "failure",
    },
    { name: "a sign-in without status", record: { Operation: "UserLoggedIn" }, signIn: true, outcome: "success" },
    {
      name: "an old sign-in with a negative status",
      record: { Operation: "PasswordLogon", LoginStatus: -2_147_217_390 },
      signIn: true,
      outcome: "failure",
    },
    {
      name: "an old sign-in with status zero",
      record: { Operation: "PasswordLogon", LoginStatus: 0, ResultStatus: "success" },
      signIn: true,
      outcome: "success",
    },
    {
      name: "another sign-in with an error code",
      record: { Operation: "OwaLogon", ErrorCode: 53_003, ResultStatus: "Success" },
      signIn: true,
      outcome: "failure",
    },
    {
      name: "another sign-in with error code zero",
      record: { Operation: "OwaLogon", ErrorCode: "0", ResultStatus: "Success" },
      signIn: true,
      outcome: "success",
    },
    {
      name: "an error number outside of sign-ins",
      record: { Operation: "X", ErrorNumber: "5", ResultStatus: "True" },
      outcome: "success",
    },
    { name: "no statement", record: { Operation: "FileAccessed" }, outcome: "unknown" },
    { name: "a state", record: { ResultStatus: "InProgress" }, outcome: "unknown" },
    { name: "an empty status", record: { ResultStatus: "" }, outcome: "unknown" },
    { name: "a null status", record: { ResultStatus: null }, outcome: "unknown" },
    { name: "an object", record: { ResultStatus: { a: 1 } }, outcome: "unknown" },
    { name: "a boolean", record: { ResultStatus: false }, outcome: "failure" },
    { name: "PartiallySucceeded", record: { ResultStatus: "PartiallySucceeded" }, outcome: "partial" },
    { name: "TRUE", record: { ResultStatus: "TRUE" }, outcome: "success" },
    { name: "Successful", record: { ResultStatus: "Successful" }, outcome: "success" },
    { name: "Failure", record: { ResultStatus: "Failure" }, outcome: "failure" },
    { name: "Error", record: { ResultStatus: "Error" }, outcome: "failure" },
    { name: "a number of Planner", record: { ResultStatus: "3", Workload: "Planner" }, outcome: "failure" },
    { name: "the same number elsewhere", record: { ResultStatus: "3", Workload: "Exchange" }, outcome: "unknown" },
    { name: "a report that worked", record: { IsSuccess: true }, outcome: "success" },
    { name: "a report that did not work", record: { IsSuccess: false }, outcome: "failure" },
    { name: "a state beside a flag", record: { ResultStatus: "Failed", IsSuccess: true }, outcome: "failure" },
    {
      name: "a success that another field denies",
      record: { ResultStatus: "Success", OperationStatus: 1 },
      outcome: "failure",
    },
    {
      name: "a failed sign-in to the message portal",
      record: { AuthenticationStatus: "1", OperationStatus: 0 },
      outcome: "failure",
    },
    { name: "a flag as a word", record: { IsSuccess: "False" }, outcome: "failure" },
    { name: "an item that was restored", record: { SuccessStatus: "Succeeded" }, outcome: "success" },
    { name: "a job that failed", record: { JobRunStatus: "Failed" }, outcome: "failure" },
    { name: "a query with a reason for its failure", record: { FailureReason: "Timeout" }, outcome: "failure" },
    {
      name: "a query with an empty reason",
      record: { FailureReason: "", ResultStatus: "Success" },
      outcome: "success",
    },
    { name: "a classification with errors", record: { ClassificationResult: 2 }, outcome: "partial" },
    {
      name: "a part beside a success",
      record: { ResultStatus: "Succeeded", ClassificationResult: 2 },
      outcome: "partial",
    },
    { name: "an operation status", record: { OperationStatus: 1 }, outcome: "failure" },
  ];
  for (const { name, record, signIn, outcome } of cases) {
    test(`says ${outcome} for ${name}`, () => {
      assert.equal(outcomeOf(readerOf(record), signIn ?? false), outcome);
    });
  }
});

suite("isInterrupted()", () => {
  const cases: { record: JsonObject; interrupted: boolean }[] = [
    { record: { ErrorNumber: "50140" }, interrupted: true },
    { record: { ErrorCode: 50_074 }, interrupted: true },
    { record: { LogonError: "UserStrongAuthClientAuthNRequiredInterrupt" }, interrupted: true },
    { record: { ErrorNumber: "50126", LogonError: "InvalidUserNameOrPassword" }, interrupted: false },
    { record: { ErrorNumber: "0" }, interrupted: false },
    { record: {}, interrupted: false },
    { record: { LogonError: [] }, interrupted: false },
  ];
  for (const { record, interrupted } of cases) {
    test(`is ${interrupted} for ${JSON.stringify(record)}`, () => {
      assert.equal(isInterrupted(readerOf(record)), interrupted);
    });
  }
});

suite("errorType()", () => {
  const cases: { from: string | number; to: string | undefined }[] = [
    { from: "InvalidUserNameOrPassword", to: "InvalidUserNameOrPassword" },
    { from: 50_126, to: "50126" },
    { from: "0", to: undefined },
    { from: "-2147217390;PP_E_BAD_PASSWORD;The passwords do not match.", to: "PP_E_BAD_PASSWORD" },
    { from: "1;", to: undefined },
    { from: "A whole sentence is no type", to: undefined },
  ];
  for (const { from, to } of cases) {
    test(`turns ${JSON.stringify(from)} into ${JSON.stringify(to)}`, () => {
      assert.equal(errorType(from), to);
    });
  }
});
