import type { JsonValue } from "../../../collector/record.ts";
import { isInterruption } from "../sign-in-errors.ts";
import { comparable } from "../operation.ts";
import { fieldNumber, type RecordReader, type RecordShape } from "../record-reader.ts";
import { plainText } from "./text.ts";

/** How the recorded action ended. `unknown`: the record does not say. */
export const OUTCOMES = ["success", "failure", "partial", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const ERROR_NUMBER = fieldNumber("ErrorNumber");
const ERROR_CODE = fieldNumber("ErrorCode");
const OPERATION = fieldNumber("Operation");
const LOGON_ERROR = fieldNumber("LogonError");
const LOGIN_STATUS = fieldNumber("LoginStatus");
const FAILURE_REASON = fieldNumber("FailureReason");

/** What operations say by their name; for sign-ins `ResultStatus` only says that the HTTP call worked. */
const BY_OPERATION: ReadonlyMap<string, Outcome> = new Map([
  ["userloginfailed", "failure"],
  ["userloggedin", "success"],
  ["userloggedoff", "success"],
]);

/** In lower case, and as most services write them: lower case makes a new text each time. */
const BY_STATUS: ReadonlyMap<string, Outcome> = new Map(
  (
    [
      ["Success", "success"],
      ["Succeeded", "success"],
      ["Successful", "success"],
      ["True", "success"],
      ["Failed", "failure"],
      ["Failure", "failure"],
      ["False", "failure"],
      ["Error", "failure"],
      ["AuthorizationFailure", "failure"],
      ["PartiallySucceeded", "partial"],
      ["PartialSuccess", "partial"],
    ] as const
  ).flatMap(([word, outcome]) => [[word, outcome] as const, [word.toLowerCase(), outcome] as const]),
);

/** Planner writes its `ResultStatus` as a number. */
const BY_PLANNER_STATUS: ReadonlyMap<string, Outcome> = new Map([
  ["1", "success"],
  ["2", "failure"],
  ["3", "failure"],
]);

/** Fields beside `ResultStatus` that state how an action ended, and what their values mean. */
const BY_FIELD: readonly (readonly [field: number, meanings: ReadonlyMap<string, Outcome>])[] = [
  // The portal for encrypted messages.
  [
    fieldNumber("OperationStatus"),
    new Map([
      ["0", "success"],
      ["1", "failure"],
    ]),
  ],
  [
    fieldNumber("AuthenticationStatus"),
    new Map([
      ["0", "success"],
      ["1", "failure"],
    ]),
  ],
  // On-demand classification of files.
  [
    fieldNumber("ClassificationResult"),
    new Map([
      ["1", "success"],
      ["2", "partial"],
      ["3", "failure"],
    ]),
  ],
  // Power BI, Microsoft 365 Backup, Sentinel, audit searches.
  [fieldNumber("IsSuccess"), BY_STATUS],
  [fieldNumber("SuccessStatus"), BY_STATUS],
  [fieldNumber("JobRunStatus"), BY_STATUS],
  [fieldNumber("GraphQueryStatus"), BY_STATUS],
  [fieldNumber("ProvisioningStatus"), BY_STATUS],
  [fieldNumber("DataOnboardingStatus"), BY_STATUS],
  [fieldNumber("CompletionStatus"), BY_STATUS],
  // Graph Data Connect, Sway, and services that publish nothing. States such as `Active` say nothing.
  [fieldNumber("Status"), BY_STATUS],
  [fieldNumber("Result"), BY_STATUS],
  [fieldNumber("OperationResult"), BY_STATUS],
];

/** Those of them that records of a shape have. */
function statingFields(shape: RecordShape): readonly { place: number; meanings: ReadonlyMap<string, Outcome> }[] {
  return BY_FIELD.map(([field, meanings]) => ({ place: shape.placeOf(field), meanings })).filter(
    ({ place }) => place >= 0,
  );
}

/** The outcome that one field states. States such as `InProgress` and `New` are no outcome. */
function stated(value: JsonValue | undefined, meanings: ReadonlyMap<string, Outcome>): Outcome {
  if (value === undefined || value === null || value === "") return "unknown";
  const word = typeof value === "boolean" ? String(value) : plainText(value);
  if (word === undefined) return "unknown";
  return meanings.get(word) ?? meanings.get(word.toLowerCase()) ?? "unknown";
}

/** The outcome that `ResultStatus` states. */
function statedByStatus(reader: RecordReader): Outcome {
  const { ResultStatus: value, Workload: workload } = reader.record;
  const planner = workload === "Planner" ? stated(value, BY_PLANNER_STATUS) : "unknown";
  return planner === "unknown" ? stated(value, BY_STATUS) : planner;
}

/** Text of an error field; undefined when it is absent or says "no error" (`0`). */
function errorText(value: JsonValue | undefined): string | undefined {
  const found = plainText(value);
  return found === "0" || found?.toLowerCase() === "success" ? undefined : found;
}

/** The error code of a sign-in, under its published name or the one that records use. */
export function errorCode(reader: RecordReader): string | undefined {
  return errorText(reader.at(ERROR_NUMBER)) ?? errorText(reader.at(ERROR_CODE));
}

/**
 * The one rule for `o365.outcome`:
 * 1. A sign-in's operation decides by its name (`UserLoginFailed` often says `Success`, of the HTTP call), unless
 *    `ResultStatus` states a failure.
 * 2. In other sign-in records `LogonError`, a non-zero `ErrorNumber`, `ErrorCode` or `LoginStatus` mean failure.
 * 3. Else whatever the record states counts, in `ResultStatus` and in the fields that some services have for it: a
 *    failure anywhere is a failure, then a part is a part, then a success is a success. A `FailureReason` is a failure.
 * 4. Else it is unknown: SharePoint, Teams, Copilot and others do not say.
 */
export function outcomeOf(reader: RecordReader, signIn: boolean): Outcome {
  const status = statedByStatus(reader);
  if (signIn) {
    const operation = reader.at(OPERATION);
    const named = typeof operation === "string" ? BY_OPERATION.get(comparable(operation)) : undefined;
    if (named !== undefined) return status === "failure" ? "failure" : named;
    if (errorText(reader.at(LOGON_ERROR)) !== undefined || errorCode(reader) !== undefined) return "failure";
    if (errorText(reader.at(LOGIN_STATUS)) !== undefined) return "failure";
  }
  return status === "failure" || plainText(reader.at(FAILURE_REASON)) !== undefined ? "failure" : worst(reader, status);
}

function worst(reader: RecordReader, status: Outcome): Outcome {
  let worst = status;
  for (const { place, meanings } of reader.shape.fact(statingFields)) {
    const outcome = stated(reader.value(place), meanings);
    if (outcome === "failure") return outcome;
    if (outcome === "partial" || worst === "unknown") worst = outcome;
  }
  return worst;
}

/** True when a sign-in ended because the service asked for one more step, not because somebody failed. */
export function isInterrupted(reader: RecordReader): boolean {
  const code = errorCode(reader);
  if (code !== undefined && isInterruption(code)) return true;
  const name = reader.at(LOGON_ERROR);
  return typeof name === "string" && isInterruption(name.trim());
}

/**
 * Rule: a short name for what went wrong. The old sign-in format packs number, name and sentence into one text
 * (`-2147217390;PP_E_BAD_PASSWORD;The ...`), of which the name is taken.
 */
export function errorType(value: JsonValue): string | undefined {
  const found = errorText(value);
  if (found === undefined) return undefined;
  const semicolon = found.indexOf(";");
  if (semicolon < 0) return found.includes(" ") ? undefined : found;
  const end = found.indexOf(";", semicolon + 1);
  return found.slice(semicolon + 1, end < 0 ? undefined : end).trim() || undefined;
}
