import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Clock } from "../collector/clock.ts";
import type { Secret } from "../collector/config/secret.ts";
import type { Period } from "../collector/storage/storage.ts";
import {
  readArray,
  readPage,
  readStarted,
  readSubscription,
  type ContentPage,
  type ReadAnswer,
  type Subscription,
} from "./api-answers.ts";
import { ApiUrls } from "./api-urls.ts";
import type { TokenSource } from "./auth/token-source.ts";
import type { O365Config } from "./config.ts";
import { decoded, header, readStart, readText } from "./http-answer.ts";
import { networkError } from "./network-error.ts";
import { classify, type ApiError } from "./wire-errors.ts";

/** What a blob comes as. */
export interface OpenContent {
  /** The decoded body. Destroy it to give the connection back; it ends with an error when the answer was cut. */
  readonly stream: Readable;
  /** Bytes of `stream`; undefined when the answer does not say. */
  readonly contentLength: number | undefined;
}

/**
 * The Management Activity API as one app sees one tenant. Each call makes one attempt, and a second one with a new token
 * when the first was refused.
 *
 * @throws {ApiError} From every call, for an answer that is not a success.
 * @throws {SignInError} From every call, when there is no token to be had.
 * @throws {RetryableError} From every call, when the service cannot be reached or its answer cannot be read.
 * @throws {Error} The signal's reason when it aborts.
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
export interface ApiClient {
  listSubscriptions(signal: AbortSignal): Promise<readonly Subscription[]>;
  startSubscription(contentType: string, signal: AbortSignal): Promise<Subscription>;
  /**
   * @param from A period (at most 24 h, whole seconds, within reach) for the first page, or the link to a further one.
   * @throws {CollectorError} `OTEL_O365_MISDIRECTED` for a link to another server.
   */
  listContentPage(contentType: string, from: Period | string, signal: AbortSignal): Promise<ContentPage>;
  /**
   * Starts the download of a blob. Neither its length nor its time is limited, only the wait for the next byte.
   * Failures while reading `stream` are for networkError().
   *
   * @throws {CollectorError} `OTEL_O365_MISDIRECTED` for an address on another server.
   */
  openContent(uri: string, signal: AbortSignal): Promise<OpenContent>;
  /** A call that is not among the above: `path` below `…/activity/feed`, for example `/resources/dlpSensitiveTypes`. */
  request(method: "GET" | "POST", path: string, action: string, signal: AbortSignal): Promise<ReadAnswer>;
}

export interface ApiClientOptions {
  readonly config: Pick<O365Config, "tenantId" | "publisherId" | "endpoints" | "requestTimeoutMs">;
  readonly dispatcher: Dispatcher;
  readonly tokens: TokenSource;
  readonly clock: Clock;
}

/** An entry has about 700 bytes and the page size is not published: 20,000 entries, far beyond any page seen. */
const MAX_PAGE_BYTES = 16_777_216;
/** Of an error answer; stack traces have been seen in them. */
const MAX_ERROR_BYTES = 65_536;
/** A token keeps its old roles after a consent: one that lacks a permission is given up once it has this age. */
const RECHECK_PERMISSION_MS = 5 * 60_000;

export function createApiClient(options: ApiClientOptions): ApiClient {
  return new UndiciApiClient(options);
}

interface Call {
  readonly method: "GET" | "POST";
  /** Path and query, as they go over the wire. */
  readonly path: string;
  readonly action: string;
}

class UndiciApiClient implements ApiClient {
  readonly #options: ApiClientOptions;
  readonly #urls: ApiUrls;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#urls = new ApiUrls(options.config);
  }

  async listSubscriptions(signal: AbortSignal): Promise<readonly Subscription[]> {
    const action = "list subscriptions";
    const answer = await this.request("GET", "/subscriptions/list", action, signal);
    return readArray(answer, action, this.#options.clock.now()).flatMap((value) => readSubscription(value) ?? []);
  }

  async startSubscription(contentType: string, signal: AbortSignal): Promise<Subscription> {
    const action = `start subscription "${contentType}"`;
    const path = `/subscriptions/start?contentType=${encodeURIComponent(contentType)}`;
    const answer = await this.request("POST", path, action, signal);
    return readStarted(answer, contentType, action, this.#options.clock.now());
  }

  async listContentPage(contentType: string, from: Period | string, signal: AbortSignal): Promise<ContentPage> {
    const action = `list content "${contentType}"`;
    const path = typeof from === "string" ? this.#urls.checked(from, action) : this.#urls.content(contentType, from);
    const answer = await this.#read({ method: "GET", path, action }, signal);
    return readPage(answer, action, this.#options.clock.now());
  }

  async openContent(uri: string, signal: AbortSignal): Promise<OpenContent> {
    const action = "fetch content";
    const path = this.#urls.checked(uri, action);
    const answer = await this.#send({ method: "GET", path, action }, signal, signal);
    const stream = decoded(answer.body, answer.headers, action);
    const length = header(answer.headers, "content-length");
    return { stream, contentLength: stream === answer.body && length !== undefined ? Number(length) : undefined };
  }

  request(method: "GET" | "POST", path: string, action: string, signal: AbortSignal): Promise<ReadAnswer> {
    return this.#read({ method, path: this.#urls.operation(path), action }, signal);
  }

  /** A call whose answer is short: read to its end within the time-out. */
  async #read(call: Call, signal: AbortSignal): Promise<ReadAnswer> {
    const { clock, config } = this.#options;
    const timed = AbortSignal.any([signal, clock.timeoutSignal(config.requestTimeoutMs)]);
    const { statusCode, headers, body } = await this.#send(call, signal, timed);
    try {
      return {
        status: statusCode,
        headers,
        body: await readText(decoded(body, headers, call.action), MAX_PAGE_BYTES, call.action),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, call.action, this.#urls.host);
    }
  }

  /** Resolves to an answer with status 200. */
  async #send(call: Call, signal: AbortSignal, timed: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { tokens } = this.#options;
    const token = await tokens.token(signal);
    const first = await this.#attempt(call, token, signal, timed);
    if (first.statusCode === 200) return first;
    const refused = await this.#judge(call, first);
    if (refused.status !== 401) throw refused;
    const minAgeMs = refused.kind === "forbidden_permission" ? RECHECK_PERMISSION_MS : 0;
    if (!tokens.invalidate(token, minAgeMs)) throw refused;
    const second = await this.#attempt(call, await tokens.token(signal), signal, timed);
    if (second.statusCode === 200) return second;
    throw await this.#judge(call, second);
  }

  async #attempt(call: Call, token: Secret, signal: AbortSignal, timed: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { dispatcher, config } = this.#options;
    try {
      return await dispatcher.request({
        // Never the origin of a link: the token cannot reach another server.
        origin: this.#urls.origin,
        path: call.path,
        method: call.method,
        headers: { authorization: `Bearer ${token.reveal()}`, accept: "application/json", "accept-encoding": "gzip" },
        headersTimeout: config.requestTimeoutMs,
        bodyTimeout: config.requestTimeoutMs,
        signal: timed,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, call.action, this.#urls.host);
    }
  }

  async #judge(call: Call, answer: Dispatcher.ResponseData): Promise<ApiError> {
    const { statusCode, headers } = answer;
    const body = await readStart(answer.body, headers, MAX_ERROR_BYTES);
    return classify({ status: statusCode, headers, body }, call.action, this.#options.clock.now());
  }
}
