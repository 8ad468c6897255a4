import type { ObservableResult } from "@opentelemetry/api";
import type { Settings } from "../../collector/component.ts";
import { RequestBudget } from "../request-budget.ts";
import type { BackoffConfig } from "./backoff.ts";

/** The budget of a receiver's tenant, with what is to be seen of it from outside. `close` when it is used no more. */
export function observedBudget(
  { id, meter, clock, random, reportStatus }: Settings,
  backoff: BackoffConfig,
): { readonly budget: RequestBudget; readonly close: () => void } {
  const throttled = meter.createCounter("otel_o365_receiver_throttled_requests", {
    description: "Number of requests that the service refused because there were too many",
    unit: "{requests}",
  });
  const budget = new RequestBudget({
    clock,
    backoff,
    random,
    onRefused: () => throttled.add(1, { receiver: id }),
    onThrottling: (refusal) => {
      if (refusal === undefined) reportStatus({ aspect: "requests", status: "ok" });
      else {
        const { message, kind } = refusal;
        reportStatus({ aspect: "requests", status: "recoverable_error", message, reason: kind });
      }
    },
  });
  const gauge = meter.createObservableGauge("otel_o365_receiver_request_budget", {
    description: "Requests a minute that the receiver may send to the tenant now",
    unit: "{requests}/min",
  });
  const observe = (result: ObservableResult): void =>
    result.observe(Math.round(budget.requestsPerMinute), { receiver: id });
  gauge.addCallback(observe);
  return { budget, close: () => gauge.removeCallback(observe) };
}
