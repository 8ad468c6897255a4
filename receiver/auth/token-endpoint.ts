import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import type { Dispatcher } from "undici";
import type { Clock } from "../../collector/clock.ts";
import { type CollectorError, ErrorCode, RetryableError } from "../../collector/errors.ts";
import { parseObject, type JsonObject } from "../../collector/record.ts";
import { header, readText, retryAfterMs, type Headers } from "../http-answer.ts";
import { networkError } from "../network-error.ts";
import { refusal } from "./sign-in-error.ts";

/** Longest answer that is read: tokens have a few kB. */
const MAX_BYTES = 1_048_576;

export interface TokenEndpointOptions {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
  /** What is tried, after "Cannot ": `sign in app "…" to tenant "…"`. */
  readonly action: string;
  /** Ends requests that are under way. */
  readonly signal: AbortSignal;
}

/**
 * Carries MSAL's requests over our own connections, so that proxy, certificate authorities and time-outs are those of the
 * configuration. It serves one sign-in: what the server said is read here, because MSAL hides most of it and trips over
 * bodies that are not JSON objects.
 */
export class TokenEndpoint implements INetworkModule {
  readonly #options: TokenEndpointOptions;
  #failure: CollectorError | undefined;
  #expiresInMs = 0;

  constructor(options: TokenEndpointOptions) {
    this.#options = options;
  }

  /** What went wrong on the wire, when something did. MSAL's own error only wraps it. */
  get failure(): CollectorError | undefined {
    return this.#failure;
  }

  /** Life of the token, as the server said. */
  get expiresInMs(): number {
    return this.#expiresInMs;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>("GET", url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send<T>("POST", url, options);
  }

  async #send<T>(method: "GET" | "POST", url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    try {
      const { status, headers, text } = await this.#exchange(method, url, options);
      const body = this.#judge(status, headers, text);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- MSAL's interface leaves the type of a body to its caller
      return { status, headers: flat(headers), body: body as T };
    } catch (error) {
      this.#failure = networkError(error, this.#options.action, URL.parse(url)?.host ?? url);
      throw this.#failure;
    }
  }

  async #exchange(method: "GET" | "POST", url: string, options: NetworkRequestOptions | undefined) {
    const { dispatcher, clock, requestTimeoutMs, action, signal } = this.#options;
    const { origin, pathname, search } = new URL(url);
    const answer = await dispatcher.request({
      origin,
      path: `${pathname}${search}`,
      method,
      headers: { ...options?.headers, accept: "application/json" },
      body: method === "POST" ? (options?.body ?? "") : null,
      signal: AbortSignal.any([signal, clock.timeoutSignal(requestTimeoutMs)]),
    });
    return { status: answer.statusCode, headers: answer.headers, text: await readText(answer.body, MAX_BYTES, action) };
  }

  #judge(status: number, headers: Headers, text: string): JsonObject {
    const { action, clock } = this.#options;
    const body = parseObject(text);
    if (status === 200 && body !== null && typeof body["access_token"] === "string" && body["access_token"] !== "") {
      this.#expiresInMs = secondsOf(body["expires_in"]) * 1000;
      return body;
    }
    const wait = retryAfterMs(headers, clock.now());
    if (body !== null && typeof body["error"] === "string") throw refusal(body, status, wait, action);
    throw unreadable(status, headers, text, wait, action);
  }
}

function secondsOf(value: unknown): number {
  const seconds = typeof value === "string" ? Number(value) : value;
  // The documentation has always said 60 to 90 minutes; an hour is the safe reading of a missing value.
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? seconds : 3600;
}

function unreadable(
  status: number,
  headers: Headers,
  text: string,
  wait: number | undefined,
  action: string,
): RetryableError {
  const type = header(headers, "content-type")?.split(";", 1)[0] ?? "no content type";
  const form = text === "" ? "an empty body" : `${text.length} characters of ${type}`;
  if (status === 429 || status === 408 || status >= 500) {
    return new RetryableError(
      status === 429 ? ErrorCode.throttled : ErrorCode.unavailable,
      `Cannot ${action}: Entra ID answered with status ${status} and ${form}; nothing to do: it is tried again`,
      { retryAfterMs: wait },
    );
  }
  return new RetryableError(
    ErrorCode.misdirected,
    `Cannot ${action}: the answer is not from Entra ID's token endpoint (status ${status}, ${form}); check cloud, endpoints::authority and the proxy`,
    { retryAfterMs: wait },
  );
}

function flat(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, header(headers, name) ?? ""]));
}
