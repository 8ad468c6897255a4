import type { JsonObject, JsonValue } from "../../../collector/record.ts";
import { isInterruption } from "../sign-in-errors.ts";
import { operationKey } from "../operation.ts";
import { plainText } from "./text.ts";

/** How the recorded action ended. `unknown`: the record does not say. */
export type Outcome = "success" | "failure" | "partial" | "unknown";

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

/** The outcome that `ResultStatus` states. States such as `InProgress` and `New` are no outcome. */
function statedOutcome(record: JsonObject): Outcome {
  const value = record["ResultStatus"];
  if (value === undefined || value === null || value === "") return "unknown";
  const status = typeof value === "boolean" ? String(value) : plainText(value);
  if (status === undefined) return "unknown";
  const planner = record["Workload"] === "Planner" ? BY_PLANNER_STATUS.get(status) : undefined;
  return planner ?? BY_STATUS.get(status.toLowerCase()) ?? "unknown";
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
 * 1. an operation that is a sign-in result decides by its name, unless `ResultStatus` states a failure;
 * 2. in other sign-in records, `LogonError`, a non-zero `ErrorNumber`, `ErrorCode` or `LoginStatus` mean failure;
 * 3. else `ResultStatus` decides, whatever its spelling;
 * 4. else a non-zero `OperationStatus` means failure and zero success;
 * 5. else `IsSuccess` (Power BI) decides;
 * 6. else it is unknown: SharePoint, Teams and others do not state an outcome.
 */
export function outcomeOf(record: JsonObject, signIn: boolean): Outcome {
  const stated = statedOutcome(record);
  if (signIn) {
    const operation = record["Operation"];
    const named = typeof operation === "string" ? BY_OPERATION.get(operationKey(operation)) : undefined;
    if (named !== undefined) return stated === "failure" ? "failure" : named;
    if (errorText(record["LogonError"]) !== undefined || errorCode(record) !== undefined) return "failure";
    if (errorText(record["LoginStatus"]) !== undefined) return "failure";
  }
  if (stated !== "unknown") return stated;
  const status = record["OperationStatus"];
  if (typeof status === "number") return status === 0 ? "success" : "failure";
  const succeeded = record["IsSuccess"];
  if (typeof succeeded === "boolean") return succeeded ? "success" : "failure";
  return "unknown";
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
