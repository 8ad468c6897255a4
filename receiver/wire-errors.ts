import { CollectorError, ErrorCode } from "../collector/errors.ts";
import { isJsonObject, parseObject, type JsonObject } from "../collector/record.ts";
import { errorTable } from "./errors/error-table.ts";
import { UNCODED_ERRORS, type UncodedError } from "./errors/uncoded-errors.ts";
import { header, retryAfterMs, type Headers } from "./http-answer.ts";

/**
 * What an answer of the API means for the caller.
 *
 * - `unauthorized`: the token was refused. `forbidden_permission`: the app lacks the permission (AF10001).
 * - `throttled`, `start_throttled`: fewer requests, or no start of a subscription, until `retryAfterMs` has passed.
 * - `not_subscribed`, `disabled`, `already_enabled`: the state of a subscription (AF20022, AF20023, AF20024).
 * - `auditing_off`: the tenant records nothing yet. `window`: the time range breaks a rule. `bad_page_token`: list again.
 * - `gone`, `expired`: the blob will never come. `transient`: waiting may mend it. `request`: nothing of that; waiting will not mend it.
 */
export type ApiErrorKind =
  | "unauthorized"
  | "forbidden_permission"
  | "throttled"
  | "start_throttled"
  | "not_subscribed"
  | "disabled"
  | "already_enabled"
  | "auditing_off"
  | "window"
  | "bad_page_token"
  | "gone"
  | "expired"
  | "transient"
  | "request";

/** An answer of the Management Activity API that is not a success. */
export class ApiError extends CollectorError {
  readonly kind: ApiErrorKind;
  readonly status: number;
  /** For example `AF20023`; undefined when the body had none. */
  readonly apiCode: string | undefined;
  /** Milliseconds that the service asked to wait, when it did. */
  readonly retryAfterMs: number | undefined;
  /** The permissions that the service saw in the token, of an answer that misses one. */
  readonly permissionsSeen: readonly string[] | undefined;

  constructor(message: string, facts: ApiErrorFacts) {
    super(CODE_OF_KIND[facts.kind] ?? ErrorCode.api, message);
    this.kind = facts.kind;
    this.status = facts.status;
    this.apiCode = facts.apiCode;
    this.retryAfterMs = facts.retryAfterMs;
    this.permissionsSeen = facts.permissionsSeen;
  }
}

interface ApiErrorFacts {
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly apiCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly permissionsSeen?: readonly string[] | undefined;
}

const CODE_OF_KIND: Readonly<Partial<Record<ApiErrorKind, ErrorCode>>> = {
  unauthorized: ErrorCode.credentials,
  forbidden_permission: ErrorCode.credentials,
  throttled: ErrorCode.throttled,
  start_throttled: ErrorCode.throttled,
  transient: ErrorCode.unavailable,
};

const KIND_OF_CODE: Readonly<Record<string, ApiErrorKind>> = {
  AF10001: "forbidden_permission",
  AF20022: "not_subscribed",
  AF20023: "disabled",
  AF20024: "already_enabled",
  AF20030: "window",
  AF20031: "bad_page_token",
  AF20050: "gone",
  AF20051: "expired",
  AF20052: "gone",
  AF20055: "window",
  AF429: "throttled",
};

/** An answer to judge. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The start of the body, whatever it is: JSON, HTML, nothing. */
  readonly body: string;
}

/**
 * Judges an answer that is not a success: by the API's error code first, then by the status. This is the only place that
 * looks at message text, and only for what the service says in prose alone: how long a start has to wait, which permissions
 * it saw, and that auditing is off.
 *
 * @param action What was tried, after "Cannot ": `start subscription "Audit.Exchange"`.
 */
export function classify(answer: Answer, action: string, nowMs: number): ApiError {
  const said = readError(answer.body);
  const kind = kindOf(answer.status, said);
  const facts: ApiErrorFacts = {
    kind,
    status: answer.status,
    apiCode: said.code,
    retryAfterMs: retryAfterMs(answer.headers, nowMs) ?? waitInProse(said.message),
    permissionsSeen: kind === "forbidden_permission" ? permissionsInProse(said.message) : undefined,
  };
  return new ApiError(`Cannot ${action}: ${describeAnswer(answer, said, facts)}`, facts);
}

interface Said {
  /** `AFnnnnn`, when the body has one. */
  readonly code: string | undefined;
  /** The code field as sent: of a failed start it holds prose. */
  readonly rawCode: string;
  readonly message: string;
}

/** `{"error":{"code","message"}}`, or the `{"Message"}` of the web server before the API. */
function readError(body: string): Said {
  const object = parseObject(body);
  const error = object?.["error"];
  const fields: JsonObject = isJsonObject(error) ? error : (object ?? {});
  const rawCode = text(fields["code"]);
  const code = /^AF\d+$/i.exec(rawCode.trim())?.[0].toUpperCase();
  return { code, rawCode, message: text(fields["message"]) || text(object?.["Message"]) };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function kindOf(status: number, said: Said): ApiErrorKind {
  // The limit on starts has come without a code and must not slow down everything else.
  if ((status === 429 || status === 403) && /subscription start requests/i.test(said.message)) return "start_throttled";
  if (said.code !== undefined) {
    const kind = KIND_OF_CODE[said.code];
    if (kind !== undefined) return kind;
    if (said.code.startsWith("AF5")) return "transient";
  }
  if (isAuditingOff(said)) return "auditing_off";
  if (status === 401) return "unauthorized";
  if (status === 429) return "throttled";
  if (status === 408 || status >= 500) return "transient";
  // Below 400 the answer is a success of somebody else: a login page, a captive portal.
  if (status < 400) return "transient";
  return "request";
}

/** `StartSubscription [CorrId=…]` as code, and in a stack trace: `DataServiceException: Tenant … does not exist`. */
function isAuditingOff(said: Said): boolean {
  const inTrace = /Tenant\s+\S+\s+does\s+not\s+exist/i;
  return said.code === undefined && (inTrace.test(said.message) || inTrace.test(said.rawCode));
}

/** "Please retry again after 14m 56s", in milliseconds. */
function waitInProse(message: string): number | undefined {
  const match =
    /retry\s+(?:again\s+)?after\s+(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*(?:(\d+)\s*s(?:ec(?:onds?)?)?)?/i.exec(
      message,
    );
  if (match === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return ms > 0 ? ms : undefined;
}

/** "The permission set (ActivityFeed.Read) sent in the request did not include …": what is between the parentheses. */
function permissionsInProse(message: string): readonly string[] | undefined {
  const listed = /permission set \(([^)]*)\)/i.exec(message)?.[1];
  return listed?.split(/[\s,]+/).filter((name) => name !== "");
}

function describeAnswer(answer: Answer, said: Said, facts: ApiErrorFacts): string {
  const { kind, status, apiCode } = facts;
  if (kind === "auditing_off") return `${UNCODED_ERRORS[kind].cause}; ${UNCODED_ERRORS[kind].remedy}`;
  if (kind === "start_throttled") {
    const { cause, remedy } = UNCODED_ERRORS[kind];
    return `${cause} (status ${status}${waitText(facts)}); ${remedy}`;
  }
  const known = apiCode === undefined ? undefined : errorTable.get(apiCode);
  if (known !== undefined) {
    const seen =
      facts.permissionsSeen === undefined
        ? ""
        : `, the token carries ${facts.permissionsSeen.join(", ") || "none at all"}`;
    return `the API answered ${known.code} (${known.cause}${seen}, status ${status}${waitText(facts)}${quote(said.message)}); ${known.remedy}`;
  }
  if (apiCode !== undefined)
    return `the API answered ${apiCode} (status ${status}${quote(said.message)}); ${remedyOf(kind)}`;
  return `the API answered with status ${status}${waitText(facts)}${quote(said.message)}${foreign(answer)}; ${remedyOf(kind)}`;
}

function waitText({ retryAfterMs }: ApiErrorFacts): string {
  return retryAfterMs === undefined ? "" : `, wait ${Math.ceil(retryAfterMs / 1000)}s`;
}

/** The first line of what the service said; the rest is a stack trace. */
function quote(message: string): string {
  const line = (message.split(/[\r\n]/, 1)[0] ?? "").trim();
  if (line === "") return "";
  return `, "${line.length > 300 ? `${line.slice(0, 300)}…` : line}"`;
}

/** Names an answer that is not from the API at all. */
function foreign({ headers, status }: Answer): string {
  const location = header(headers, "location");
  if (status >= 300 && status < 400) {
    const host = location === undefined ? undefined : URL.parse(location)?.host;
    return `, a redirect${host === undefined ? "" : ` to "${host}"`}`;
  }
  const type = header(headers, "content-type")?.split(";", 1)[0]?.trim() ?? "";
  return type === "" || type.endsWith("json") ? "" : `, ${type}`;
}

function remedyOf(kind: ApiErrorKind): string {
  const known: Readonly<Partial<Record<ApiErrorKind, UncodedError>>> = UNCODED_ERRORS;
  return (known[kind] ?? UNCODED_ERRORS.request).remedy;
}
