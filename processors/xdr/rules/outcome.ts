import type { JsonValue } from "../../../collector/record.ts";
import { isInterruption } from "../sign-in-errors.ts";
import { comparable } from "../operation.ts";
import { follow, parsePath, type Step } from "../paths.ts";
import { fieldNumber, type RecordReader, type RecordShape } from "../record-reader.ts";
import { plainText } from "./text.ts";

/** How the recorded action ended. `unknown`: the record does not say. */
export const OUTCOMES = ["success", "failure", "partial", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const ERROR_NUMBER = fieldNumber("ErrorNumber");
const ERROR_CODE = fieldNumber("ErrorCode");
const LOGON_ERROR = fieldNumber("LogonError");
const LOGIN_STATUS = fieldNumber("LoginStatus");
const FAILURE_REASON = fieldNumber("FailureReason");
const RESULT_STATUS = fieldNumber("ResultStatus");

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

/** Where else than in `ResultStatus` records state how an action ended, and what the values mean. */
const BY_PATH: readonly (readonly [path: string, meanings: ReadonlyMap<string, Outcome>])[] = [
  // The portal for encrypted messages.
  [
    "OperationStatus",
    new Map([
      ["0", "success"],
      ["1", "failure"],
    ]),
  ],
  [
    "AuthenticationStatus",
    new Map([
      ["0", "success"],
      ["1", "failure"],
    ]),
  ],
  // On-demand classification of files.
  [
    "ClassificationResult",
    new Map([
      ["1", "success"],
      ["2", "partial"],
      ["3", "failure"],
    ]),
  ],
  // Power BI, Microsoft 365 Backup, Sentinel, audit searches.
  ["IsSuccess", BY_STATUS],
  ["SuccessStatus", BY_STATUS],
  ["JobRunStatus", BY_STATUS],
  ["GraphQueryStatus", BY_STATUS],
  ["ProvisioningStatus", BY_STATUS],
  ["DataOnboardingStatus", BY_STATUS],
  ["CompletionStatus", BY_STATUS],
  // Power Platform.
  ["PropertyCollection[powerplatform.analytics.operation.is_successful]", BY_STATUS],
  // Graph Data Connect, Sway, and services that publish nothing. States such as `Active` say nothing.
  ["Status", BY_STATUS],
  ["Result", BY_STATUS],
  ["OperationResult", BY_STATUS],
];

interface Statement {
  readonly field: number;
  readonly steps: readonly Step[];
  readonly meanings: ReadonlyMap<string, Outcome>;
}

const STATEMENTS: readonly Statement[] = BY_PATH.map(([path, meanings]) => {
  const { field, steps } = parsePath(path);
  return { field: fieldNumber(field), steps, meanings };
});

/** What the records of a shape have of all that tells an outcome. Most have `ResultStatus` or nothing. */
interface Telling {
  readonly status: boolean;
  readonly error: boolean;
  readonly reason: boolean;
  readonly statements: readonly (Statement & { readonly place: number })[];
}

function tellingIn(shape: RecordShape): Telling {
  const has = (field: number): boolean => shape.placeOf(field) >= 0;
  return {
    status: has(RESULT_STATUS),
    error: [LOGON_ERROR, ERROR_NUMBER, ERROR_CODE, LOGIN_STATUS].some((field) => has(field)),
    reason: has(FAILURE_REASON),
    statements: STATEMENTS.map((statement) => ({ ...statement, place: shape.placeOf(statement.field) })).filter(
      ({ place }) => place >= 0,
    ),
  };
}

/** The outcome that one field states. States such as `InProgress` and `New` are no outcome. */
function stated(value: JsonValue | undefined, meanings: ReadonlyMap<string, Outcome>): Outcome {
  if (value === undefined || value === null || value === "") return "unknown";
  const word = typeof value === "boolean" ? String(value) : plainText(value);
  if (word === undefined) return "unknown";
  return meanings.get(word) ?? meanings.get(word.toLowerCase()) ?? "unknown";
}

function valueAt(value: JsonValue | undefined, steps: readonly Step[]): JsonValue | undefined {
  let found: JsonValue | undefined;
  follow(value, steps, 0, (one) => (found = one));
  return found;
}

/** The outcome that `ResultStatus` states. */
function statedByStatus(reader: RecordReader): Outcome {
  const { record } = reader;
  const outcome = stated(record["ResultStatus"], BY_STATUS);
  if (outcome !== "unknown" || record["Workload"] !== "Planner") return outcome;
  return stated(record["ResultStatus"], BY_PLANNER_STATUS);
}

const SUCCESS = "success";

/** Text of an error field; undefined when it is absent or says "no error" (`0`). */
function errorText(value: JsonValue | undefined): string | undefined {
  const found = plainText(value);
  if (found === undefined || found === "0") return undefined;
  return found.length === SUCCESS.length && found.toLowerCase() === SUCCESS ? undefined : found;
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
 * 3. Else whatever the record states counts, in `ResultStatus` and where else some services have it: a
 *    failure anywhere is a failure, then a part is a part, then a success is a success. A `FailureReason` is a failure.
 * 4. Else it is unknown: SharePoint, Teams, Copilot and others do not say.
 */
export function outcomeOf(reader: RecordReader, signIn: boolean): Outcome {
  const telling = reader.shape.fact(tellingIn);
  const status = telling.status ? statedByStatus(reader) : "unknown";
  if (status === "failure") return "failure";
  if (signIn) {
    const { Operation: operation } = reader.record;
    const named = typeof operation === "string" ? BY_OPERATION.get(comparable(operation)) : undefined;
    if (named !== undefined) return named;
    if (telling.error && statesError(reader)) return "failure";
  }
  if (telling.reason && plainText(reader.at(FAILURE_REASON)) !== undefined) return "failure";
  return telling.statements.length === 0 ? status : worst(reader, telling, status);
}

function statesError(reader: RecordReader): boolean {
  if (errorText(reader.at(LOGON_ERROR)) !== undefined || errorCode(reader) !== undefined) return true;
  return errorText(reader.at(LOGIN_STATUS)) !== undefined;
}

function worst(reader: RecordReader, { statements }: Telling, status: Outcome): Outcome {
  let worst = status;
  for (const { place, steps, meanings } of statements) {
    const value = reader.value(place);
    const outcome = stated(steps.length === 0 ? value : valueAt(value, steps), meanings);
    if (outcome === "failure") return outcome;
    if (outcome === "partial" || worst === "unknown") worst = outcome;
  }
  return worst;
}

/** True when a sign-in ended because the service asked for one more step, not because somebody failed. */
export function isInterrupted(reader: RecordReader): boolean {
  if (!reader.shape.fact(tellingIn).error) return false;
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
