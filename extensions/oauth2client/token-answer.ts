import { ErrorCode, RetryableError } from "../../collector/errors.ts";
import { excerpt } from "../../collector/excerpt.ts";

/** What the token endpoint gave. */
export interface Token {
  /** Value of the authorization header. */
  readonly authorization: string;
  /** Undefined when the server does not say. */
  readonly lifetimeMs: number | undefined;
}

/** An answer that holds no token. */
export class NoToken extends RetryableError {
  /** The server does not know the client, or the secret is not its. Another way of sending them may help. */
  readonly isClientRefused: boolean;

  constructor(code: ErrorCode, message: string, isClientRefused: boolean) {
    super(code, message);
    this.isClientRefused = isClientRefused;
  }
}

/** A complete answer of a token endpoint. */
export interface TokenAnswer {
  readonly status: number;
  readonly text: string;
}

/** What to do about the errors that RFC 6749 names. */
const REMEDIES: Readonly<Record<string, string>> = {
  invalid_client: "check client_id and client_secret, and that the secret has not expired",
  invalid_grant: "check client_id and client_secret, and what this client may do",
  unauthorized_client: "let the authorization server allow this client the grant client_credentials",
  unsupported_grant_type: "let the authorization server allow the grant client_credentials, or correct token_url",
  invalid_scope: "correct scopes",
  invalid_request: "check scopes and endpoint_params: many servers want an audience or a resource",
};

const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Reads the answer of a token endpoint.
 *
 * @param cannot Beginning of a message: "Cannot get a token from …: ".
 * @param hide Takes out of a text what must not be printed: a server may repeat in its error what it was sent.
 * @throws {NoToken} When there is no token in it.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5 (read 2026-11-26)
 */
export function readTokenAnswer({ status, text }: TokenAnswer, cannot: string, hide: (text: string) => string): Token {
  const body = parse(text);
  if (status >= 200 && status < 300) {
    const { access_token: token, token_type: type = "Bearer", expires_in: seconds } = body ?? {};
    const scheme = typeof type !== "string" || /^bearer$/i.test(type) ? "Bearer" : type;
    // Both become a header: a line break in one would begin another.
    if (typeof token === "string" && TOKEN.test(token) && TOKEN.test(scheme)) {
      return { authorization: `${scheme} ${token}`, lifetimeMs: lifetime(seconds) };
    }
    const what = body === undefined ? "something that is no JSON" : "JSON without an access_token of a usable type";
    throw new NoToken(ErrorCode.misdirected, `${cannot}it answered ${status} with ${what}; check token_url`, false);
  }
  const error = typeof body?.["error"] === "string" ? excerpt(hide(body["error"])) : undefined;
  const said =
    typeof body?.["error_description"] === "string" ? ` ("${excerpt(hide(body["error_description"]))}")` : "";
  const seen = `${cannot}it answered ${status}${error === undefined ? "" : ` ${error}`}${said}`;
  if (status === 429 || status >= 500) {
    const code = status === 429 ? ErrorCode.throttled : ErrorCode.unavailable;
    throw new NoToken(code, `${seen}; it is tried again by itself`, false);
  }
  if (error === undefined && status !== 401) {
    throw new NoToken(
      ErrorCode.misdirected,
      `${seen} without the error of a token endpoint; check token_url`,
      status === 400,
    );
  }
  const isClientRefused = error === "invalid_client" || status === 401;
  const remedy = REMEDIES[error ?? "invalid_client"] ?? "find out from the authorization server what it means";
  throw new NoToken(ErrorCode.credentials, `${seen}; ${remedy}`, isClientRefused);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Some servers write the number as text. */
function lifetime(seconds: unknown): number | undefined {
  const value = typeof seconds === "string" ? Number(seconds) : seconds;
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value * 1000 : undefined;
}
