import { CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import type { JsonObject } from "../../collector/record.ts";
import { entraErrorUrl, errorTable, type KnownError } from "../errors/error-table.ts";

/** Entra ID refused the credential, the app or the tenant; somebody has to change something. */
export class SignInError extends CollectorError {
  /** For example `AADSTS700016`; undefined when the server gave none. */
  readonly entraCode: string | undefined;
  /** What Microsoft's support asks for. */
  readonly traceId: string | undefined;
  readonly correlationId: string | undefined;

  /** Whether a tenant of another cloud gives this error. */
  readonly wrongCloud: boolean;

  constructor(message: string, facts: SignInFacts) {
    super(ErrorCode.credentials, message);
    this.wrongCloud = facts.entraCode !== undefined && errorTable.get(facts.entraCode)?.wrongCloud === true;
    this.entraCode = facts.entraCode;
    this.traceId = facts.traceId;
    this.correlationId = facts.correlationId;
  }

  /** The same with what was found out about the tenant since. */
  withFinding(finding: string): SignInError {
    return new SignInError(`${this.message}; ${finding}`, this);
  }
}

/** Entra ID could not be asked, or could not answer, for now: nothing of the integration works meanwhile. */
export class SignInUnavailableError extends RetryableError {
  constructor(seen: RetryableError) {
    super(seen.code, seen.message, { cause: seen.cause, retryAfterMs: seen.retryAfterMs });
  }
}

interface SignInFacts {
  readonly entraCode: string | undefined;
  readonly traceId: string | undefined;
  readonly correlationId: string | undefined;
}

/**
 * Judges an error object of the token endpoint: passing ones are `RetryableError`, the others `SignInError`.
 *
 * @param action What was tried, after "Cannot ".
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow (state of July 2026)
 */
export function refusal(
  body: JsonObject,
  status: number,
  retryAfterMs: number | undefined,
  action: string,
): CollectorError {
  const entraCode = codeOf(body);
  const known = entraCode === undefined ? undefined : errorTable.get(entraCode);
  const traceId = text(body["trace_id"]);
  const correlationId = text(body["correlation_id"]);
  const ids = [
    ...(traceId === undefined ? [] : [`trace id ${traceId}`]),
    ...(correlationId === undefined ? [] : [`correlation id ${correlationId}`]),
  ];
  const message = `Cannot ${action}: Entra ID answered ${describe(body, entraCode, known, status)}; ${remedyOf(entraCode, known)}${
    ids.length === 0 ? "" : ` (${ids.join(", ")})`
  }`;
  const passing =
    known?.passing === true ||
    body["error"] === "temporarily_unavailable" ||
    status === 429 ||
    status === 408 ||
    status >= 500;
  if (!passing) return new SignInError(message, { entraCode, traceId, correlationId });
  return new RetryableError(status === 429 ? ErrorCode.throttled : ErrorCode.unavailable, message, { retryAfterMs });
}

/** The number is in `error_codes`; some answers have it in the description only. */
function codeOf(body: JsonObject): string | undefined {
  const codes = body["error_codes"];
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  if (typeof first === "number" || (typeof first === "string" && first !== "")) return `AADSTS${first}`;
  return /^\s*(AADSTS\d+)/.exec(text(body["error_description"]) ?? "")?.[1];
}

function describe(body: JsonObject, code: string | undefined, known: KnownError | undefined, status: number): string {
  const line = firstLine(text(body["error_description"]) ?? "");
  const said = line === "" ? "" : `, "${line}"`;
  const what = code ?? `"${text(body["error"]) ?? ""}"`;
  return `${what} (${known === undefined ? "" : `${known.cause}, `}status ${status}${said})`;
}

/** The rest of a description repeats the ids and the time. */
function firstLine(description: string): string {
  const line = (description.split(/[\r\n]|\s+Trace ID:/, 1)[0] ?? "").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function remedyOf(code: string | undefined, known: KnownError | undefined): string {
  if (known !== undefined) return known.remedy;
  if (code !== undefined) return `see ${entraErrorUrl(code)}`;
  return "check tenant_id, client_id, cloud and the certificate";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
