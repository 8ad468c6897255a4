import { randomUUID } from "node:crypto";
import { json, type Answer } from "../http.ts";

/** The numbers of the errors that the token endpoint answers. */
export type AadstsCode =
  | 50011
  | 50013
  | 50027
  | 50048
  | 70003
  | 70011
  | 90002
  | 90038
  | 500011
  | 700016
  | 900382
  | 900971
  | 700024
  | 700027
  | 900144
  | 901002
  | 9001023
  | 7000215
  | 7000218;

interface Kind {
  readonly error: string;
  readonly status: number;
}

const INVALID_CLIENT: Kind = { error: "invalid_client", status: 401 };
const INVALID_REQUEST: Kind = { error: "invalid_request", status: 400 };

/** The `error` and the status that go with each number. */
const KINDS: Readonly<Record<AadstsCode, Kind>> = {
  50011: INVALID_REQUEST,
  900971: INVALID_REQUEST,
  50013: { error: "invalid_client", status: 401 },
  50027: { error: "invalid_client", status: 401 },
  50048: INVALID_CLIENT,
  70003: { error: "unsupported_grant_type", status: 400 },
  70011: { error: "invalid_scope", status: 400 },
  90002: INVALID_REQUEST,
  90038: INVALID_REQUEST,
  900382: INVALID_REQUEST,
  500011: { error: "invalid_resource", status: 400 },
  700016: { error: "unauthorized_client", status: 400 },
  700024: INVALID_CLIENT,
  700027: INVALID_CLIENT,
  900144: INVALID_REQUEST,
  901002: INVALID_REQUEST,
  9001023: INVALID_REQUEST,
  7000215: INVALID_CLIENT,
  7000218: INVALID_CLIENT,
};

/** A refusal of the token endpoint. */
export class AadstsError extends Error {
  readonly aadsts: AadstsCode;

  constructor(aadsts: AadstsCode, message: string) {
    super(message);
    this.name = "AadstsError";
    this.aadsts = aadsts;
  }
}

/**
 * The body that Entra ID answers a refused token request with.
 *
 * @param correlationId The client's `client-request-id`, which Entra repeats.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function aadstsAnswer(
  error: AadstsError,
  nowMs: number,
  authority: string,
  correlationId: string | undefined,
): Answer {
  const { error: name, status } = KINDS[error.aadsts];
  const timestamp = formatTime(nowMs);
  const traceId = randomUUID();
  const correlation = correlationId ?? randomUUID();
  const code = `AADSTS${error.aadsts}`;
  const body = {
    error: name,
    error_description: `${code}: ${error.message} Trace ID: ${traceId} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [error.aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlation,
    error_uri: `${authority}/error?code=${error.aadsts}`,
  };
  return { ...json(body, status, { "cache-control": "no-store, no-cache", pragma: "no-cache" }), code };
}

/** `2026-07-25 10:46:42Z` */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}Z`;
}
