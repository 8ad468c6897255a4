import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { Clock } from "../collector/clock.ts";
import type { Secret } from "../collector/config/secret.ts";
import type { Period } from "../collector/storage/storage.ts";
import {
  protocolError,
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
import { decoded, header, mediaType, readStart, readText, type Headers } from "./http-answer.ts";
import { networkError } from "./network-error.ts";
import type { RequestBudget } from "./request-budget.ts";
import type { Priority } from "./request-lines.ts";
import { ApiError, classify } from "./wire-errors.ts";

/** What a blob comes as. */
export interface OpenContent {
  /** The decoded body. Destroy it to give the connection back; it ends with an error when the answer was cut. */
  readonly stream: Readable;
  /** Bytes of `stream`; undefined when the answer does not say. */
  readonly contentLength: number | undefined;
}

/**
 * The Management Activity API as one app sees one tenant. Each call makes one attempt, and a second one with a new token
 * when the first was refused. Each waits for its turn in the tenant's budget; its time-out begins after that.
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
   * @param priority Default: `live`.
   * @throws {CollectorError} `OTEL_O365_MISDIRECTED` for a link to another server.
   */
  listContentPage(
    contentType: string,
    from: Period | string,
    signal: AbortSignal,
    priority?: Priority,
  ): Promise<ContentPage>;
  /**
   * Starts the download of a blob. Neither its length nor its time is limited, only the wait for the next byte.
   * Failures while reading `stream` are for networkError().
   *
   * @param priority Default: `live`.
   * @throws {CollectorError} `OTEL_O365_MISDIRECTED` for an address on another server.
   */
  openContent(uri: string, signal: AbortSignal, priority?: Priority): Promise<OpenContent>;
  /** A call that is not among the above: `path` below `…/activity/feed`, for example `/resources/dlpSensitiveTypes`. */
  request(method: "GET" | "POST", path: string, action: string, signal: AbortSignal): Promise<ReadAnswer>;
}

export interface ApiClientOptions {
  readonly config: Pick<O365Config, "tenantId" | "publisherId" | "endpoints" | "requestTimeoutMs">;
  readonly dispatcher: Dispatcher;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** The tenant's; sign-in is not counted. */
  readonly budget: RequestBudget;
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
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

class UndiciApiClient implements ApiClient {
  readonly #options: ApiClientOptions;
  readonly #urls: ApiUrls;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#urls = new ApiUrls(options.config);
  }

  listSubscriptions(signal: AbortSignal): Promise<readonly Subscription[]> {
    const action = "list subscriptions";
    const call = this.#operation("GET", "/subscriptions/list", action, signal);
    return this.#read(call, (answer) =>
      readArray(answer, action, this.#options.clock.now()).flatMap((value) => readSubscription(value) ?? []),
    );
  }

  startSubscription(contentType: string, signal: AbortSignal): Promise<Subscription> {
    const action = `start subscription "${contentType}"`;
    const path = `/subscriptions/start?contentType=${encodeURIComponent(contentType)}`;
    const call = this.#operation("POST", path, action, signal);
    return this.#read(call, (answer) => readStarted(answer, contentType, action, this.#options.clock.now()));
  }

  async listContentPage(
    contentType: string,
    from: Period | string,
    signal: AbortSignal,
    priority: Priority = "live",
  ): Promise<ContentPage> {
    const action = `list content "${contentType}"`;
    const path = typeof from === "string" ? this.#urls.checked(from, action) : this.#urls.content(contentType, from);
    return this.#read({ method: "GET", path, action, priority, signal }, (answer) =>
      readPage(answer, action, this.#options.clock.now(), (uri) => this.#urls.isOwn(uri)),
    );
  }

  async openContent(uri: string, signal: AbortSignal, priority: Priority = "live"): Promise<OpenContent> {
    const action = `fetch blob "${lastSegment(uri)}"`;
    const path = this.#urls.checked(uri, action);
    const call: Call = { method: "GET", path, action, priority, signal };
    const { body, headers } = await this.#send(call, (token) => this.#attempt(call, token, signal));
    if (mediaType(headers) === "text/html") {
      body.on("error", ignoreError).destroy();
      throw protocolError(action, "JSON was expected, a page (text/html) came");
    }
    const stream = decoded(body, headers, action);
    const length = header(headers, "content-length");
    return { stream, contentLength: stream === body && length !== undefined ? Number(length) : undefined };
  }

  request(method: "GET" | "POST", path: string, action: string, signal: AbortSignal): Promise<ReadAnswer> {
    return this.#read(this.#operation(method, path, action, signal), (answer) => answer);
  }

  #operation(method: "GET" | "POST", path: string, action: string, signal: AbortSignal): Call {
    return { method, path: this.#urls.operation(path), action, priority: "live", signal };
  }

  /** A call whose answer is short: read to its end within the time-out. */
  #read<T>(call: Call, parse: (answer: ReadAnswer) => T): Promise<T> {
    const { clock, config } = this.#options;
    return this.#send(call, async (token) => {
      const timed = AbortSignal.any([call.signal, clock.timeoutSignal(config.requestTimeoutMs)]);
      const { statusCode, headers, body } = await this.#attempt(call, token, timed);
      return parse({ status: statusCode, headers, body: await this.#text(call, headers, body) });
    });
  }

  async #text({ action, signal }: Call, headers: Headers, body: Readable): Promise<string> {
    try {
      return await readText(decoded(body, headers, action), MAX_PAGE_BYTES, action);
    } catch (error) {
      signal.throwIfAborted();
      throw networkError(error, action, this.#urls.host);
    }
  }

  /** Makes the attempt within the budget, and again with a new token when the first one was refused. */
  async #send<T>({ priority, signal }: Call, attempt: (token: Secret) => Promise<T>): Promise<T> {
    const { tokens, budget } = this.#options;
    // Before the wait, so that bad credentials are known at once, and after it, because a token may not outlive it.
    let token = await tokens.token(signal);
    const once = async (): Promise<T> => {
      token = await tokens.token(signal);
      return attempt(token);
    };
    try {
      return await budget.run(priority, signal, once);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const minAgeMs = error.kind === "forbidden_permission" ? RECHECK_PERMISSION_MS : 0;
      if (!tokens.invalidate(token, minAgeMs)) throw error;
    }
    return budget.run(priority, signal, once);
  }

  /** Resolves to an answer with status 200. */
  async #attempt(call: Call, token: Secret, timed: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { dispatcher, config } = this.#options;
    let answer: Dispatcher.ResponseData;
    try {
      answer = await dispatcher.request({
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
      call.signal.throwIfAborted();
      throw networkError(error, call.action, this.#urls.host);
    }
    if (answer.statusCode === 200) return answer;
    throw await this.#judge(call, answer);
  }

  async #judge(call: Call, answer: Dispatcher.ResponseData): Promise<ApiError> {
    const { statusCode, headers } = answer;
    const body = await readStart(answer.body, headers, MAX_ERROR_BYTES);
    return classify({ status: statusCode, headers, body }, call.action, this.#options.clock.now());
  }
}

/** The content id, by which an address is named in messages. */
function lastSegment(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1).slice(0, 200);
}

function ignoreError(): void {}
