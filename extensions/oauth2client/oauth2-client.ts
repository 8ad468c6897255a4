import type { Dispatcher } from "undici";
import type { Clock } from "../../collector/clock.ts";
import type { ClientAuthenticator, Extension, Settings } from "../../collector/component.ts";
import { CollectorError, ErrorCode } from "../../collector/errors.ts";
import { createDispatcher } from "../../collector/http.ts";
import type { OAuth2ClientConfig } from "./config.ts";
import { TokenRequest } from "./token-request.ts";

/** A token that is younger is not thrown away because a backend refuses it: another one would be refused as well. */
const YOUNG_MS = 30_000;
/** While a token is still good, a renewal that failed is tried again this much later. */
const RENEWAL_PAUSE_MS = 10_000;

interface Held {
  readonly authorization: string;
  readonly obtainedMs: number;
  /** From here on another one is asked for. */
  readonly renewMs: number;
  readonly endsMs: number;
}

/** Gets tokens with client credentials, keeps them, and renews them before they end. */
export class OAuth2Client implements Extension, ClientAuthenticator {
  readonly authenticator: ClientAuthenticator = this;
  readonly #config: OAuth2ClientConfig;
  readonly #clock: Clock;
  readonly #request: TokenRequest;
  readonly #stop = new AbortController();
  #dispatcher: Dispatcher | undefined;
  #held: Held | undefined;
  #getting: Promise<Held> | undefined;
  #pauseEndsMs = 0;

  constructor({ clock }: Pick<Settings, "clock">, config: OAuth2ClientConfig) {
    this.#config = config;
    this.#clock = clock;
    this.#request = new TokenRequest(config);
  }

  /** @throws {CollectorError} `OTEL_O365_CONFIG` when a file of `tls` cannot be used. Asks for no token: an absent server is no reason not to start. */
  async start(): Promise<void> {
    const { tls, timeoutMs } = this.#config;
    const limits = { connectTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs, http2: false, connections: 1 };
    this.#dispatcher = createDispatcher({ tls, ...limits });
  }

  async shutdown(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = undefined;
    this.#stop.abort(stopped());
    await this.#getting?.catch(() => undefined);
    await dispatcher?.destroy();
  }

  async headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { authorization } = await this.#token(signal);
    return { authorization };
  }

  refused({ authorization }: Readonly<Record<string, string>>): boolean {
    const held = this.#held;
    if (held === undefined || held.authorization !== authorization) return true;
    if (this.#clock.now() - held.obtainedMs < YOUNG_MS) return false;
    this.#held = undefined;
    return true;
  }

  /** When the token ends that is held; undefined when none is, or it has no end. */
  get endsMs(): number | undefined {
    const endsMs = this.#held?.endsMs;
    return endsMs === Number.POSITIVE_INFINITY ? undefined : endsMs;
  }

  async #token(signal: AbortSignal): Promise<Held> {
    signal.throwIfAborted();
    const held = this.#held;
    const nowMs = this.#clock.now();
    if (held !== undefined && nowMs < held.renewMs) return held;
    const isGood = held !== undefined && nowMs < held.endsMs;
    if (isGood && nowMs < this.#pauseEndsMs) return held;
    try {
      return await untilAborted(this.#get(), signal);
    } catch (error) {
      if (signal.aborted || !isGood) throw error;
      this.#pauseEndsMs = this.#clock.now() + RENEWAL_PAUSE_MS;
      return held;
    }
  }

  /** One request for all who wait. */
  #get(): Promise<Held> {
    this.#getting ??= this.#ask().finally(() => {
      this.#getting = undefined;
    });
    return this.#getting;
  }

  async #ask(): Promise<Held> {
    const dispatcher = this.#dispatcher;
    if (dispatcher === undefined) throw stopped();
    const signal = AbortSignal.any([this.#clock.timeoutSignal(this.#config.timeoutMs), this.#stop.signal]);
    const { authorization, lifetimeMs } = await this.#request.send(dispatcher, signal);
    const obtainedMs = this.#clock.now();
    const endsMs = obtainedMs + (lifetimeMs ?? Number.POSITIVE_INFINITY);
    const renewMs = Math.max(endsMs - this.#config.expiryBufferMs, obtainedMs + (endsMs - obtainedMs) / 2);
    this.#held = { authorization, obtainedMs, renewMs, endsMs };
    return this.#held;
  }
}

function stopped(): CollectorError {
  return new CollectorError(ErrorCode.unavailable, "Cannot get a token: the extension is not running; start it first");
}

/** Who stops waiting does not end the request: others may wait for it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
