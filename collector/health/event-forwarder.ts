import type { Resource } from "@opentelemetry/resources";
import { type Clock, ignoreAbort } from "../clock.ts";
import type { Branch } from "../component.ts";
import { describeError } from "../errors.ts";
import type { Ledger } from "../storage/storage.ts";
import type { ReportStatus } from "../telemetry.ts";
import { eventRecord } from "./collector-event.ts";

const BATCH = 64;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export interface EventForwarderOptions {
  readonly ledger: Pick<Ledger, "owedEvents" | "settleEvents">;
  readonly branch: Branch;
  readonly resource: Resource;
  readonly clock: Clock;
  readonly reportStatus: ReportStatus;
}

/** Hands the collector's own events to one branch, oldest first, and settles them after the acknowledgement. */
export class EventForwarder {
  readonly #options: EventForwarderOptions;
  #wake = new AbortController();

  constructor(options: EventForwarderOptions) {
    this.#options = options;
  }

  /** Tells it that there may be events. */
  notify(): void {
    this.#wake.abort();
  }

  /** Works until `intake` aborts and what is under way is acknowledged, or until `delivery` aborts. Never rejects. */
  async run(intake: AbortSignal, delivery: AbortSignal): Promise<void> {
    const { clock, branch, reportStatus } = this.#options;
    for (let failures = 0; !intake.aborted;) {
      this.#wake = new AbortController();
      let pauseMs = Number.MAX_SAFE_INTEGER;
      try {
        while (!intake.aborted && (await this.#forward(delivery))) {
          // There may be more.
        }
        if (failures > 0) reportStatus({ aspect: `events of ${branch.name}`, status: "ok" });
        failures = 0;
      } catch (error) {
        if (delivery.aborted) return;
        failures += 1;
        const message = describeError(error);
        reportStatus({ aspect: `events of ${branch.name}`, status: "recoverable_error", message });
        pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
      }
      await clock.sleep(pauseMs, AbortSignal.any([intake, this.#wake.signal])).catch(ignoreAbort);
    }
  }

  /** Resolves to whether there was anything to forward. */
  async #forward(delivery: AbortSignal): Promise<boolean> {
    const { ledger, branch, resource, clock } = this.#options;
    const owed = ledger.owedEvents(branch.name, BATCH);
    if (owed.length === 0) return false;
    const nowMs = clock.now();
    await branch.consume(
      owed.map(({ event }) => eventRecord(event, resource, nowMs)),
      delivery,
    );
    ledger.settleEvents(
      branch.name,
      owed.map(({ key }) => key),
    );
    return true;
  }
}
