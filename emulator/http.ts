/** What a client asked for. */
export interface Call {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** The path alone, as it was sent. */
  readonly path: string;
  /** Decoded parameters, names in lower case: the service does not look at their casing. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What the emulator says. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** AF or AADSTS code, for the request log. */
  readonly code?: string;
}

/** Which part of the service a request goes to. */
export const OPERATIONS = [
  "token",
  "discovery",
  "keys",
  "consent",
  "start",
  "stop",
  "list",
  "content",
  "notifications",
  "blob",
  "names",
  "control",
  "unknown",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** A request whose addressee is known, ready to be answered. */
export interface Route {
  readonly operation: Operation;
  readonly tenantId?: string | undefined;
  readonly contentType?: string | undefined;
  readonly contentId?: string | undefined;
  answer(): Answer | Promise<Answer>;
}

/** Header with the URL of the next page of a list. */
export const NEXT_PAGE = "NextPageUri";

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** An answer of the API's own error scheme. */
export function apiError(
  code: string,
  message: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { ...json({ error: { code, message } }, status, headers), code };
}

/** The answer of the API's web server to a path that it does not know. */
export function notFound(url: string): Answer {
  return json({ Message: `No HTTP resource was found that matches the request URI '${url}'.` }, 404);
}

/** The answer of the API's web server to a method that a path does not take. */
export function methodNotAllowed(method: string, allow: string): Answer {
  return json({ Message: `The requested resource does not support http method '${method}'.` }, 405, { allow });
}

/** Splits a request target. The path stays as sent; parameters are decoded. */
export function readTarget(target: string): Pick<Call, "target" | "path" | "query"> {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new Map<string, string>();
  if (mark >= 0) {
    for (const [name, value] of new URLSearchParams(target.slice(mark + 1))) query.set(name.toLowerCase(), value);
  }
  return { target, path, query };
}

/** Decodes a segment of a path; one that cannot be decoded stays as it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
