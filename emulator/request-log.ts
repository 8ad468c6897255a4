import type { Call, Operation, Route } from "./http.ts";

/** A request as it is remembered. No token, assertion or secret is in it. */
export interface RequestEntry {
  /** From 1, without gaps. */
  readonly number: number;
  /** Time of the emulator's clock at which it arrived, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly operation: Operation;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly path: string;
  /** Decoded, names in lower case. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly tenantId?: string;
  readonly contentType?: string;
  readonly contentId?: string;
  /** 0 when no answer was sent. */
  readonly status: number;
  /** AF or AADSTS code of the answer. */
  readonly code?: string;
  /** `kind` of the fault that happened to it. */
  readonly fault?: string;
}

const KEPT_HEADERS = [
  "accept",
  "accept-encoding",
  "accept-language",
  "client-request-id",
  "content-type",
  "host",
  "user-agent",
];

/** The requests of an emulator in the order of their answers, the newest `size` of them. */
export class RequestLog {
  readonly #size: number;
  readonly #entries: RequestEntry[] = [];
  #total = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** All that are kept. A copy. */
  get entries(): readonly RequestEntry[] {
    return [...this.#entries];
  }

  add(
    timeMs: number,
    call: Call,
    route: Route,
    outcome: { status: number; code?: string | undefined; fault?: string | undefined },
  ): void {
    this.#total += 1;
    if (this.#entries.length >= this.#size) this.#entries.shift();
    this.#entries.push({
      number: this.#total,
      timeMs,
      operation: route.operation,
      method: call.method,
      target: call.target,
      path: call.path,
      query: Object.fromEntries(call.query),
      headers: keptHeaders(call),
      ...(route.tenantId === undefined ? {} : { tenantId: route.tenantId }),
      ...(route.contentType === undefined ? {} : { contentType: route.contentType }),
      ...(route.contentId === undefined ? {} : { contentId: route.contentId }),
      status: outcome.status,
      ...(outcome.code === undefined ? {} : { code: outcome.code }),
      ...(outcome.fault === undefined ? {} : { fault: outcome.fault }),
    });
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

function keptHeaders(call: Call): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = call.headers[name];
    if (value !== undefined) kept[name] = value;
  }
  const [scheme] = (call.headers["authorization"] ?? "").split(" ");
  if (scheme !== undefined && scheme !== "") kept["authorization"] = `${scheme} [not kept]`;
  return kept;
}
