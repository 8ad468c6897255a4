import { ignoreAbort, type Clock } from "../collector/clock.ts";
import type { BackoffConfig } from "./collection/backoff.ts";
import { Pause } from "./collection/pause.ts";
import { RequestLines, type Priority } from "./request-lines.ts";
import { ApiError, type ApiErrorKind } from "./wire-errors.ts";

export interface RequestBudgetOptions {
  readonly clock: Clock;
  /** Pauses after refusals that do not say how long to stay away. */
  readonly backoff: BackoffConfig;
  readonly random: () => number;
  /** Called for every request that the service refused because there were too many. */
  readonly onRefused?: () => void;
  /** Called when throttling begins, with the refusal, and when it has ended, with undefined. */
  readonly onThrottling?: (refusal: ApiError | undefined) => void;
}

/**
 * Requests a minute that every tenant has at least. The real quota grows with the seats and is not to be had from the API.
 *
 * @see https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference (state of July 2026)
 */
const BASELINE = 2000;
const MINUTE_MS = 60_000;
/**
 * Between two requests while the service refuses, and what each request costs that was under way when it began to: no more
 * than one refusal a second. A tenth on top, so that the way to the service brings no two into one second.
 */
const PROBE_INTERVAL_MS = 1100;
const PROBES_PER_MINUTE: number = MINUTE_MS / PROBE_INTERVAL_MS;
/** Longest pause that nobody asked for: the quota is counted by the minute. */
const MAX_OWN_PAUSE_MS = MINUTE_MS;
const SHRINK = 0.5;
/** Share of the lost rate that comes back with each minute of full use: from half to all in ten minutes. */
const GROWTH_PER_MINUTE = 0.05;
/** Requests that may go at once after a lull. */
const BURST = 5;
/** Errors that the service only finds after it has counted the request. */
const PAST_THE_QUOTA: ReadonlySet<ApiErrorKind> = new Set(["not_subscribed", "disabled", "gone", "expired"]);

interface Admission {
  /** How often throttling had begun when it was given. */
  readonly episode: number;
  /** Whether it was one of those that go once a second. */
  readonly probe: boolean;
}

/**
 * The requests that one tenant may get, whatever they are for.
 *
 * It holds nothing back until the service refuses for the first time (429 or AF429): only the baseline is documented, most
 * tenants have more, and a backlog should come at the speed that the service allows. The first refusal ends that. Nothing
 * goes during the pause that follows (Retry-After, else a back-off), then one request a second until one is answered,
 * and then half of what went before, evenly; a budget that was never in force counts as the baseline or the rate of the last
 * minute, whichever is more. Every answer gives a little back, and where it began the budget is out of force again. The
 * requests that are under way at the first refusal cannot be called back: each that is refused costs a second of pause.
 */
export class RequestBudget {
  readonly #options: RequestBudgetOptions;
  readonly #pause: Pause;
  readonly #lines = new RequestLines<(admission: Admission) => void>();
  #pumping = false;
  /** Ends the sleep of the pump. */
  #wake = new AbortController();

  #perMinute = BASELINE;
  /** The rate at which the budget is out of force again; undefined while it is. */
  #goal: number | undefined;
  #throttling = false;
  #episode = 0;
  /** Time that the requests so far have used up; passes with the clock. */
  #debtMs = 0;
  /** Requests of the last minute: each fades with a time constant of a minute, which gives the rate when it is steady. */
  #recent = 0;
  #settledMs: number;

  constructor(options: RequestBudgetOptions) {
    this.#options = options;
    this.#pause = new Pause(options);
    this.#settledMs = options.clock.now();
  }

  /** Requests a minute that may go now; the baseline while the budget is not in force. */
  get requestsPerMinute(): number {
    return this.#throttling ? PROBES_PER_MINUTE : this.#perMinute;
  }

  /**
   * Sends a request when it is its turn, and learns from how it ends.
   *
   * @param send Resolves when the service has answered the request, rejects with ApiError when it has refused it.
   * @throws {Error} The signal's reason when it aborts while the request waits; else what `send` throws.
   */
  async run<T>(priority: Priority, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    const admission = await this.#admit(priority, signal);
    try {
      const result = await send();
      this.#answered(admission);
      return result;
    } catch (error) {
      if (error instanceof ApiError && error.kind === "throttled") this.#refused(admission, error);
      else if (error instanceof ApiError && PAST_THE_QUOTA.has(error.kind)) this.#answered(admission);
      throw error;
    }
  }

  #admit(priority: Priority, signal: AbortSignal): Promise<Admission> {
    signal.throwIfAborted();
    if (this.#lines.empty && this.#waitMs() <= 0) return Promise.resolve(this.#take());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#lines.leave(priority, admit);
        if (this.#lines.empty) this.#wake.abort();
        reject(signal.reason);
      };
      const admit = (admission: Admission): void => {
        signal.removeEventListener("abort", leave);
        resolve(admission);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#lines.join(priority, admit);
      void this.#pump();
    });
  }

  /** Lets in who waits, one after the other, for as long as somebody does. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.#lines.empty) {
      const waitMs = this.#waitMs();
      if (waitMs <= 0) this.#lines.next()?.(this.#take());
      else {
        this.#wake = new AbortController();
        await this.#options.clock.sleep(Math.ceil(waitMs), this.#wake.signal).catch(ignoreAbort);
      }
    }
    this.#pumping = false;
  }

  /** How long nobody may go. */
  #waitMs(): number {
    this.#settle();
    const burstMs = this.#throttling ? 0 : ((BURST - 1) * MINUTE_MS) / this.#perMinute;
    return Math.max(this.#pause.remainingMs, this.#debtMs - burstMs);
  }

  #take(): Admission {
    this.#settle();
    this.#recent += 1;
    if (this.#throttling || this.#goal !== undefined) this.#debtMs += MINUTE_MS / this.requestsPerMinute;
    return { episode: this.#episode, probe: this.#throttling };
  }

  #answered({ episode }: Admission): void {
    // Sent before the last refusal: says nothing about what the service does since.
    if (episode !== this.#episode) return;
    if (this.#throttling) {
      this.#throttling = false;
      this.#pause.succeeded();
      this.#options.onThrottling?.(undefined);
    }
    if (this.#goal === undefined) return;
    this.#perMinute += (this.#goal * GROWTH_PER_MINUTE) / this.#perMinute;
    if (this.#perMinute < this.#goal) return;
    this.#perMinute = BASELINE;
    this.#goal = undefined;
  }

  #refused({ episode, probe }: Admission, refusal: ApiError): void {
    this.#settle();
    if (!probe) this.#debtMs += PROBE_INTERVAL_MS;
    this.#pause.begin(refusal.retryAfterMs, MAX_OWN_PAUSE_MS);
    this.#options.onRefused?.();
    if (this.#throttling) return;
    // Not for one that was sent before the last time: the rate was another one then.
    if (episode === this.#episode) this.#shrink();
    this.#throttling = true;
    this.#episode += 1;
    this.#options.onThrottling?.(refusal);
  }

  #shrink(): void {
    const before = this.#goal === undefined ? Math.max(BASELINE, this.#recent) : this.#perMinute;
    this.#goal ??= before;
    this.#perMinute = Math.max(before * SHRINK, PROBES_PER_MINUTE);
  }

  /** Lets the time since the last look pass. A clock that was set back makes nobody wait longer. */
  #settle(): void {
    const now = this.#options.clock.now();
    const passedMs = Math.max(0, now - this.#settledMs);
    this.#settledMs = now;
    this.#debtMs = Math.max(0, this.#debtMs - passedMs);
    this.#recent *= Math.exp(-passedMs / MINUTE_MS);
  }
}
