import { expired, gone } from "../api/content.ts";
import { NO_PUBLISHER } from "../api/quota.ts";
import { apiError, json, NEXT_PAGE, type Answer, type Call, type Route } from "../http.ts";
import type { FaultAction } from "./fault.ts";

/** How an answer goes onto the wire. */
export type Wire =
  | { readonly kind: "normal" | "reset" | "empty" | "hang" | "bad_gzip" }
  | { readonly kind: "cut" | "stall"; readonly afterBytes: number | undefined }
  | { readonly kind: "wrong_length"; readonly by: number };

export interface Outgoing {
  readonly answer: Answer;
  readonly wire: Wire;
  readonly delayMs: number;
}

const NOTHING: Answer = { status: 0, headers: {}, body: "" };
const PAGE =
  '<!DOCTYPE html>\r\n<html lang="en"><head><title>Sign in to your account</title></head><body><form action="/login" method="post"><input name="user"></form></body></html>';

/** Produces what goes onto the wire for a request that a fault happens to. */
export async function applyFault(action: FaultAction, route: Route, call: Call, origin: string): Promise<Outgoing> {
  switch (action.kind) {
    case "reset":
    case "empty":
    case "hang":
      return outgoing(NOTHING, { kind: action.kind });
    case "delay":
      return { ...outgoing(await route.answer()), delayMs: action.ms };
    case "cut":
    case "stall":
      return outgoing(await route.answer(), { kind: action.kind, afterBytes: action.afterBytes });
    case "wrong_length":
      return outgoing(await route.answer(), { kind: "wrong_length", by: action.by });
    case "bad_gzip":
      return outgoing(await route.answer(), { kind: "bad_gzip" });
    case "repeat_page":
    case "foreign_next_page":
    case "foreign_content_uri":
    case "bom":
      return outgoing(change(action, await route.answer(), call, origin));
    default:
      return outgoing(replacement(action, route, call));
  }
}

/** The usual way of an answer. */
export function outgoing(answer: Answer, wire: Wire = { kind: "normal" }): Outgoing {
  return { answer, wire, delayMs: 0 };
}

type ChangeKind = "repeat_page" | "foreign_next_page" | "foreign_content_uri" | "bom";

function change(
  action: Extract<FaultAction, { kind: ChangeKind }>,
  answer: Answer,
  call: Call,
  origin: string,
): Answer {
  switch (action.kind) {
    case "repeat_page":
      return { ...answer, headers: { ...answer.headers, [NEXT_PAGE]: origin + call.target } };
    case "foreign_next_page":
      return { ...answer, headers: { ...answer.headers, [NEXT_PAGE]: trim(action.origin) + call.target } };
    case "foreign_content_uri":
      return {
        ...answer,
        body: answer.body.replaceAll(`"contentUri":"${origin}/`, `"contentUri":"${trim(action.origin)}/`),
      };
    default:
      return { ...answer, body: `\uFEFF${answer.body}` };
  }
}

function trim(origin: string): string {
  return origin.replace(/\/+$/, "");
}

type ReplaceKind = "respond" | "throttle" | "error_object" | "html" | "expired" | "gone";

function replacement(action: Extract<FaultAction, { kind: ReplaceKind }>, route: Route, call: Call): Answer {
  switch (action.kind) {
    case "respond":
      return respond(action.status, action.headers ?? {}, action.body);
    case "throttle": {
      const retry = action.retryAfterSeconds;
      const headers = retry === undefined ? {} : { "retry-after": String(retry) };
      return apiError(
        "AF429",
        `Too many requests. Method=${route.operation}, PublisherId=${call.query.get("publisheridentifier") ?? NO_PUBLISHER}`,
        action.status ?? 403,
        headers,
      );
    }
    case "error_object":
      return apiError(action.code, action.message ?? "An internal server error occurred. Retry the request.", 200);
    case "html":
      return { status: action.status ?? 200, headers: { "content-type": "text/html; charset=utf-8" }, body: PAGE };
    case "expired":
      return expired(route.contentId ?? "").answer;
    default:
      return gone(route.contentId ?? "").answer;
  }
}

function respond(status: number, headers: Readonly<Record<string, string>>, body: unknown): Answer {
  const code = codeOf(body);
  const logged = code === undefined ? {} : { code };
  if (body === undefined || typeof body === "string") return { status, headers, body: body ?? "", ...logged };
  return { ...json(body, status, headers), ...logged };
}

function codeOf(body: unknown): string | undefined {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
