import { apiError } from "../http.ts";
import type { EmulatorClock, Rules } from "../options.ts";
import { GUID } from "../tenant.ts";
import { type ApiCall, refuse, Refusal } from "./context.ts";

/** The publisher that the service names when a request has none. */
export const NO_PUBLISHER = "00000000-0000-0000-0000-000000000000";
const MINUTE_MS = 60_000;

/** Counts requests per tenant and publisher in minutes of the clock. Requests without a publisher share one count. */
export class Quota {
  readonly #rules: Rules;
  readonly #clock: EmulatorClock;
  readonly #counts = new Map<string, { minute: number; requests: number }>();

  constructor(rules: Rules, clock: EmulatorClock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  /**
   * Counts one request.
   *
   * @param method Name of the operation as the service words it in AF429.
   * @throws {Refusal}
   */
  take(request: ApiCall, method: string): void {
    const publisher = request.call.query.get("publisheridentifier") ?? NO_PUBLISHER;
    if (!GUID.test(publisher)) {
      throw refuse("AF20002", `Invalid parameter type: PublisherIdentifier. Expected type: guid.`);
    }
    const now = this.#clock.now();
    const minute = Math.floor(now / MINUTE_MS);
    // Without an identifier there is one bucket for everyone, whatever the tenant.
    const key = publisher === NO_PUBLISHER ? publisher : `${request.tenant.tenantId} ${publisher.toLowerCase()}`;
    const count = this.#counts.get(key);
    if (count?.minute !== minute) {
      this.#counts.set(key, { minute, requests: 1 });
      return;
    }
    count.requests += 1;
    if (count.requests <= this.#rules.quotaPerMinute) return;
    const seconds = Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000);
    throw new Refusal(
      apiError(
        "AF429",
        `Too many requests. Method=${method}, PublisherId=${publisher}`,
        this.#rules.quotaStatus,
        this.#rules.quotaRetryAfter ? { "retry-after": String(seconds) } : {},
      ),
    );
  }
}
