import type { JsonObject, JsonValue } from "../../../collector/record.ts";
import { isInterruption } from "../sign-in-errors.ts";
import { operationKey } from "../operation.ts";
import { plainText } from "./text.ts";

/** How the recorded action ended. `unknown`: the record does not say. */
export const OUTCOMES = ["success", "failure", "partial", "unknown"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What operations say by their name; for sign-ins `ResultStatus` only says that the HTTP call worked. */
const BY_OPERATION: ReadonlyMap<string, Outcome> = new Map([
  ["userloginfailed", "failure"],
  ["userloggedin", "success"],
  ["userloggedoff", "success"],
]);

const BY_STATUS: ReadonlyMap<string, Outcome> = new Map([
  ["success", "success"],
  ["succeeded", "success"],
  ["successful", "success"],
  ["true", "success"],
  ["failed", "failure"],
  ["failure", "failure"],
  ["false", "failure"],
  ["authorizationfailure", "failure"],
  ["partiallysucceeded", "partial"],
  ["partialsuccess", "partial"],
]);

/** Planner writes its `ResultStatus` as a number. */
const BY_PLANNER_STATUS: ReadonlyMap<string, Outcome> = new Map([
  ["1", "success"],
  ["2", "failure"],
  ["3", "failure"],
]);

/** Fields beside `ResultStatus` that state how an action ended, and what their values mean. */
const BY_FIELD: readonly (readonly [field: string, meanings: ReadonlyMap<string, Outcome>])[] = [
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
  // Power BI, Microsoft 365 Backup, Sentinel.
  ["IsSuccess", BY_STATUS],
  ["SuccessStatus", BY_STATUS],
  ["JobRunStatus", BY_STATUS],
  ["GraphQueryStatus", BY_STATUS],
  ["ProvisioningStatus", BY_STATUS],
  ["DataOnboardingStatus", BY_STATUS],
  // Graph Data Connect, Sway, and services that publish nothing. States such as `Active` say nothing.
  ["Status", BY_STATUS],
  ["Result", BY_STATUS],
  ["OperationResult", BY_STATUS],
];

/** The outcome that one field states. States such as `InProgress` and `New` are no outcome. */
function stated(value: JsonValue | undefined, meanings: ReadonlyMap<string, Outcome>): Outcome {
  if (value === undefined || value === null || value === "") return "unknown";
  const word = typeof value === "boolean" ? String(value) : plainText(value);
  return (word === undefined ? undefined : meanings.get(word.toLowerCase())) ?? "unknown";
}

/** The outcome that `ResultStatus` states. */
function statedByStatus(record: JsonObject): Outcome {
  const value = record["ResultStatus"];
  const planner = record["Workload"] === "Planner" ? stated(value, BY_PLANNER_STATUS) : "unknown";
  return planner === "unknown" ? stated(value, BY_STATUS) : planner;
}

/** Text of an error field; undefined when it is absent or says "no error" (`0`). */
function errorText(value: JsonValue | undefined): string | undefined {
  const found = plainText(value);
  return found === "0" || found?.toLowerCase() === "success" ? undefined : found;
}

/** The error code of a sign-in, under its published name or the one that records use. */
export function errorCode(record: JsonObject): string | undefined {
  return errorText(record["ErrorNumber"]) ?? errorText(record["ErrorCode"]);
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
export function outcomeOf(record: JsonObject, signIn: boolean): Outcome {
  const status = statedByStatus(record);
  if (signIn) {
    const operation = record["Operation"];
    const named = typeof operation === "string" ? BY_OPERATION.get(operationKey(operation)) : undefined;
    if (named !== undefined) return status === "failure" ? "failure" : named;
    if (errorText(record["LogonError"]) !== undefined || errorCode(record) !== undefined) return "failure";
    if (errorText(record["LoginStatus"]) !== undefined) return "failure";
  }
  return status === "failure" || plainText(record["FailureReason"]) !== undefined ? "failure" : worst(record, status);
}

function worst(record: JsonObject, status: Outcome): Outcome {
  let worst = status;
  for (const [field, meanings] of BY_FIELD) {
    const outcome = stated(record[field], meanings);
    if (outcome === "failure") return outcome;
    if (outcome === "partial" || worst === "unknown") worst = outcome;
  }
  return worst;
}

/** True when a sign-in ended because the service asked for one more step, not because somebody failed. */
export function isInterrupted(record: JsonObject): boolean {
  const code = errorCode(record);
  if (code !== undefined && isInterruption(code)) return true;
  const name = record["LogonError"];
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
