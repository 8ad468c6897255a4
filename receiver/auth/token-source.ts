import type { Dispatcher } from "undici";
import type { Clock } from "../../collector/clock.ts";
import { Secret } from "../../collector/config/secret.ts";
import { CollectorError, ErrorCode, RetryableError, describeError } from "../../collector/errors.ts";
import type { Logger } from "../../collector/telemetry.ts";
import type { O365Config } from "../config.ts";
import type { CredentialKeeper } from "./credential-keeper.ts";
import type { Credentials } from "./credentials.ts";
import { createMsalClient } from "./msal-client.ts";
import { SignInError, SignInUnavailableError } from "./sign-in-error.ts";
import { discoverTenant } from "./tenant-cloud.ts";
import { TokenEndpoint } from "./token-endpoint.ts";

/** Access tokens of one app in one tenant. */
export interface TokenSource {
  /**
   * A token that is valid for at least a minute: the cached one, or a new one. Callers that ask at the same time share one
   * request.
   *
   * @param options.force Ask for a new one in any case.
   * @throws {SignInError} (`OTEL_O365_CREDENTIALS`) When Entra ID refuses the app; the message has cause and remedy.
   * @throws {CollectorError} `OTEL_O365_CREDENTIALS` when the certificate pair cannot be used.
   * @throws {SignInUnavailableError} (`RetryableError`) When waiting may mend it.
   */
  token(signal: AbortSignal, options?: { readonly force?: boolean }): Promise<Secret>;
  /**
   * Drops a token that the API refused, unless it is younger than `minAgeMs` or no longer the cached one.
   *
   * @returns Whether the next token() gives another one.
   */
  invalidate(token: Secret, minAgeMs?: number): boolean;
  /** Ends requests that are under way. Idempotent. */
  close(): void;
}

export interface TokenSourceOptions {
  readonly config: Pick<
    O365Config,
    "cloud" | "tenantId" | "clientId" | "thumbprint" | "endpoints" | "requestTimeoutMs"
  >;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at every sign-in, so that a pair that was replaced on disk counts from then on. */
  readonly credentials: CredentialKeeper;
}

/** Share of a token's life after which a new one is asked for; Microsoft suggests 45 of 60 minutes. */
const RENEW_AFTER = 0.75;
/** A token closer to its end than this may expire on the way. */
const LAST_USE_MS = 60_000;
/** Refusals of the certificate, as opposed to the app, the tenant or the clock: another pair may be accepted. */
const CERTIFICATE_REFUSALS: ReadonlySet<string | undefined> = new Set([
  "AADSTS50013",
  "AADSTS700027",
  "AADSTS700030",
  "AADSTS7000222",
]);
/** Pause after a failed renewal while the old token still works. */
const RENEWAL_PAUSE_MS = 60_000;

type Candidates = ReturnType<CredentialKeeper["candidates"]>;

interface Held {
  readonly token: Secret;
  readonly issuedAtMs: number;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  return new MsalTokenSource(options);
}

class MsalTokenSource implements TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #closing = new AbortController();
  #held: Held | undefined;
  #pending: Promise<Held> | undefined;
  #nextRenewalMs = 0;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  async token(signal: AbortSignal, { force = false }: { readonly force?: boolean } = {}): Promise<Secret> {
    signal.throwIfAborted();
    const now = this.#options.clock.now();
    const held = force ? undefined : this.#held;
    if (held !== undefined && now < held.renewAtMs) return held.token;
    if (held === undefined || now >= held.expiresAtMs - LAST_USE_MS) {
      return (await unlessAborted(this.#signIn(), signal)).token;
    }
    if (now < this.#nextRenewalMs) return held.token;
    try {
      return (await unlessAborted(this.#signIn(), signal)).token;
    } catch (error) {
      signal.throwIfAborted();
      // The old token still works: collecting goes on, and whatever is wrong gets its time to be mended.
      this.#nextRenewalMs = now + RENEWAL_PAUSE_MS;
      this.#options.logger.warn("Cannot renew the access token early", { error: describeError(error) });
      return held.token;
    }
  }

  invalidate(token: Secret, minAgeMs = 0): boolean {
    const held = this.#held;
    if (held === undefined || held.token !== token) return true;
    if (this.#options.clock.now() - held.issuedAtMs < minAgeMs) return false;
    this.#held = undefined;
    return true;
  }

  close(): void {
    this.#held = undefined;
    this.#closing.abort(new CollectorError(ErrorCode.unavailable, "Cannot sign in: the collector is stopping"));
  }

  #signIn(): Promise<Held> {
    this.#pending ??= this.#acquire().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #acquire(): Promise<Held> {
    this.#closing.signal.throwIfAborted();
    const { config, clock, credentials } = this.#options;
    const action = `sign in app "${config.clientId}" to tenant "${config.tenantId}" of cloud "${config.cloud}"`;
    const issuedAtMs = clock.now();
    const { accessToken, expiresInMs } = await this.#askInTurn(credentials.candidates(), action);
    const held: Held = {
      token: new Secret(accessToken),
      issuedAtMs,
      renewAtMs: issuedAtMs + expiresInMs * RENEW_AFTER,
      expiresAtMs: issuedAtMs + expiresInMs,
    };
    this.#held = held;
    return held;
  }

  /**
   * With the first pair that Entra ID accepts. When it accepts none, what it said of the first counts.
   *
   * @param refusal What it said of the first of those before these.
   */
  async #askInTurn(
    [pair, ...others]: Candidates,
    action: string,
    refusal?: SignInError,
  ): Promise<{ readonly accessToken: string; readonly expiresInMs: number }> {
    const { config, credentials } = this.#options;
    const endpoint = new TokenEndpoint({ ...this.#options, ...config, action, signal: this.#closing.signal });
    try {
      const accessToken = await this.#ask(endpoint, pair, action);
      credentials.signedIn(pair, refusal);
      return { accessToken, expiresInMs: endpoint.expiresInMs };
    } catch (error) {
      if (!(error instanceof SignInError) || !CERTIFICATE_REFUSALS.has(error.entraCode)) throw error;
      const [next, ...rest] = others;
      if (next !== undefined) return this.#askInTurn([next, ...rest], action, refusal ?? error);
      throw refusal === undefined ? error : refusal.withFinding("no other certificate is accepted either");
    }
  }

  async #ask(endpoint: TokenEndpoint, pair: Credentials, action: string): Promise<string> {
    const { config } = this.#options;
    const client = createMsalClient(config, pair, endpoint);
    try {
      const result = await client.acquireTokenByClientCredential({
        scopes: [config.endpoints.scope],
      });
      if (result !== null) return result.accessToken;
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      const { failure } = endpoint;
      if (failure instanceof RetryableError) throw new SignInUnavailableError(failure);
      if (failure instanceof SignInError && failure.wrongCloud) throw await this.#withTenantsCloud(failure);
      if (failure !== undefined) throw failure;
      throw new CollectorError(
        ErrorCode.credentials,
        `Cannot ${action}: the sign-in request could not be made (${error instanceof Error ? error.name : "unknown error"}); check endpoints::authority and the certificate pair`,
        { cause: error },
      );
    }
    throw new CollectorError(
      ErrorCode.protocol,
      `Cannot ${action}: the answer holds no token; check endpoints::authority`,
    );
  }

  /** Says so when the tenant lives in another cloud than the configured one: the error itself has other causes as well. */
  async #withTenantsCloud(failure: SignInError): Promise<SignInError> {
    const { config } = this.#options;
    const options = { ...this.#options, ...config, ...config.endpoints };
    const tenant = await discoverTenant(config.tenantId, options, this.#closing.signal).catch(() => undefined);
    const cloud = tenant?.cloud;
    if (cloud === undefined || cloud === config.cloud) return failure;
    if (cloud === "21vianet") {
      return failure.withFinding(
        "discovery says that the tenant lives in the cloud of 21Vianet: set endpoints to its addresses",
      );
    }
    return failure.withFinding(
      `discovery says that the tenant lives in another cloud: set cloud: ${cloud} and register the app there`,
    );
  }
}

/** The outcome, or the signal's reason when it aborts first. The promise itself goes on for its other waiters. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
