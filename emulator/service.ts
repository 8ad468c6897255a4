import { routeApi } from "./api/routes.ts";
import type { ContentFeed } from "./content/feed.ts";
import { routeControl } from "./control.ts";
import { routeEntra } from "./entra/routes.ts";
import { applyFault, outgoing, type Outgoing } from "./faults/apply.ts";
import { FaultScript } from "./faults/script.ts";
import { notFound, type Call, type Route } from "./http.ts";
import type { EmulatorClock } from "./options.ts";
import type { RequestLog } from "./request-log.ts";
import type { Stage } from "./stages.ts";

/** Finds the part of the service that a request goes to, lets faults happen, and logs. */
export class Service {
  readonly faults: FaultScript = new FaultScript();
  readonly log: RequestLog;
  readonly #clock: EmulatorClock;
  readonly #feed: ContentFeed;
  readonly #apiRoot: string;

  /** @param apiRoot Where content is that comes through the control endpoint. */
  constructor(clock: EmulatorClock, feed: ContentFeed, log: RequestLog, apiRoot: string) {
    this.#clock = clock;
    this.#feed = feed;
    this.#apiRoot = apiRoot;
    this.log = log;
  }

  async answer(call: Call, stage: Stage): Promise<Outgoing> {
    const { origin } = stage;
    const timeMs = this.#clock.now();
    this.#feed.advance();
    const route = this.#route(call, stage);
    const fault = this.faults.take(route, call);
    const result = fault === undefined ? outgoing(await route.answer()) : await applyFault(fault, route, call, origin);
    const { status, code } = result.answer;
    if (route.operation !== "control") this.log.add(timeMs, call, route, { status, code, fault: fault?.kind });
    return result;
  }

  #route(call: Call, { origin, authority, api, control }: Stage): Route {
    const context = { faults: this.faults, log: this.log, feed: this.#feed, apiRoot: this.#apiRoot };
    return (
      (control === true ? routeControl(context, call) : undefined) ??
      (api === undefined ? undefined : routeApi(api, call)) ??
      (authority === undefined ? undefined : routeEntra(authority, call)) ?? {
        operation: "unknown",
        answer: () => notFound(origin + call.path),
      }
    );
  }
}
