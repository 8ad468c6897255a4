import type { Call, Operation, Route } from "../http.ts";
import type { DecideFault, Fault, FaultAction, FaultMatch, FaultRequest } from "./fault.ts";

/** A fault with its history. */
export interface FaultState extends Fault {
  readonly id: number;
  /** Requests that matched so far. */
  readonly matched: number;
  /** Requests that it happened to so far. */
  readonly applied: number;
}

/** The faults of an emulator, in the order they were added. The first that is due takes a request. */
export class FaultScript {
  #nextId = 1;
  readonly #faults = new Map<number, { readonly fault: Fault; matched: number; applied: number }>();
  #decide: DecideFault | undefined;

  /** Adds a fault and returns its id. */
  add(fault: Fault): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#faults.set(id, { fault, matched: 0, applied: 0 });
    return id;
  }

  /** Takes a fault out. False when there is none of that id. */
  remove(id: number): boolean {
    return this.#faults.delete(id);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** All faults, those that are used up too. */
  list(): FaultState[] {
    return [...this.#faults].map(([id, { fault, matched, applied }]) => ({ ...fault, id, matched, applied }));
  }

  /**
   * Sets who is asked about every request that no scripted fault is due for, requests to the control endpoint excepted;
   * undefined asks nobody any more. For faults by the thousand, drawn from a seed.
   */
  decideBy(decide: DecideFault | undefined): void {
    this.#decide = decide;
  }

  /** What shall happen to a request. Counts it. */
  take(route: Route, call: Call): FaultAction | undefined {
    for (const entry of this.#faults.values()) {
      const { fault } = entry;
      const times = fault.times === "always" ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
      if (entry.applied >= times || !matches(fault.match ?? {}, route, call)) continue;
      entry.matched += 1;
      if (entry.matched < (fault.nth ?? 1)) continue;
      entry.applied += 1;
      return fault.action;
    }
    return route.operation === "control" ? undefined : this.#decide?.(factsOf(route, call));
  }
}

function factsOf({ operation, tenantId, contentType, contentId }: Route, { method, target }: Call): FaultRequest {
  return { operation, method, target, tenantId, contentType, contentId };
}

function matches(match: FaultMatch, route: Route, call: Call): boolean {
  return (
    operationMatches(match.operation, route.operation) &&
    same(match.tenantId, route.tenantId) &&
    same(match.contentType, route.contentType) &&
    (match.contentId === undefined || match.contentId === route.contentId) &&
    same(match.method, call.method)
  );
}

function operationMatches(wanted: FaultMatch["operation"], operation: Operation): boolean {
  // The control endpoint has to stay usable, so a fault without an operation leaves it alone.
  if (wanted === undefined) return operation !== "control";
  return typeof wanted === "string" ? wanted === operation : wanted.includes(operation);
}

function same(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted.toLowerCase() === value?.toLowerCase();
}
