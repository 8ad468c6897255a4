import type { Clock } from "../../../collector/clock.ts";
import { RequestBudget, type RequestBudgetOptions } from "../../../receiver/request-budget.ts";

/** A budget whose pauses have the length that the back-off names: a second, two, four, up to a minute. */
export function testBudget(clock: Clock, overrides: Partial<RequestBudgetOptions> = {}): RequestBudget {
  const backoff = { initialIntervalMs: 1000, maxIntervalMs: 60_000, randomizationFactor: 0 };
  return new RequestBudget({ clock, backoff, random: () => 0.5, ...overrides });
}
