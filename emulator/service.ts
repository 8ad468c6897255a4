import type { ApiContext } from "./api/context.ts";
import { routeApi } from "./api/routes.ts";
import type { ContentFeed } from "./content/feed.ts";
import { routeControl } from "./control.ts";
import { routeEntra } from "./entra/routes.ts";
import type { Authority } from "./entra/token.ts";
import { applyFault, outgoing, type Outgoing } from "./faults/apply.ts";
import { FaultScript } from "./faults/script.ts";
import { notFound, type Call, type Route } from "./http.ts";
import type { RequestLog } from "./request-log.ts";

/** Which parts of the service a listener serves. */
export interface Parts {
  readonly entra: boolean;
  readonly api: boolean;
  readonly control: boolean;
}

/** Finds the part of the service that a request goes to, lets faults happen, and logs. */
export class Service {
  readonly faults: FaultScript = new FaultScript();
  readonly log: RequestLog;
  readonly #authority: Authority;
  readonly #api: ApiContext;
  readonly #feed: ContentFeed;

  constructor(authority: Authority, api: ApiContext, feed: ContentFeed, log: RequestLog) {
    this.#authority = authority;
    this.#api = api;
    this.#feed = feed;
    this.log = log;
  }

  async answer(call: Call, origin: string, parts: Parts): Promise<Outgoing> {
    const timeMs = this.#api.clock.now();
    this.#feed.advance();
    const route = this.#route(call, origin, parts);
    const fault = this.faults.take(route, call);
    const result = fault === undefined ? outgoing(await route.answer()) : await applyFault(fault, route, call, origin);
    const { status, code } = result.answer;
    if (route.operation !== "control") this.log.add(timeMs, call, route, { status, code, fault: fault?.kind });
    return result;
  }

  #route(call: Call, origin: string, parts: Parts): Route {
    const control = { faults: this.faults, log: this.log, feed: this.#feed, apiRoot: this.#api.origin };
    return (
      (parts.control ? routeControl(control, call) : undefined) ??
      (parts.api ? routeApi(this.#api, call) : undefined) ??
      (parts.entra ? routeEntra(this.#authority, call) : undefined) ?? {
        operation: "unknown",
        answer: () => notFound(origin + call.path),
      }
    );
  }
}
