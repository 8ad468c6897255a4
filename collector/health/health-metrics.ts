import type { BatchObservableCallback, Meter } from "@opentelemetry/api";
import type { Clock } from "../clock.ts";
import type { CredentialExpiry } from "../component.ts";
import type { IntegrationVerdict } from "./judge.ts";
import { STATES } from "./judge.ts";

interface Judged {
  /** Undefined: its ledger could not be read or written, so that nobody knows. */
  readonly verdict: IntegrationVerdict | undefined;
  readonly expiries: readonly CredentialExpiry[];
}

/** An old verdict must not go on as if it were still true. */
const UNKNOWN = "unknown";

/** The health of integrations as gauges: as of the last look, ages as of the moment they are read. */
export class HealthMetrics {
  readonly #judged = new Map<string, Judged>();
  readonly #close: () => void;

  constructor(meter: Meter, clock: Clock) {
    const state = meter.createObservableGauge("otel_o365_integration_state", {
      description: "1 for the state that the integration is in, 0 for the others",
    });
    const oldest = meter.createObservableGauge("otel_o365_integration_oldest_undelivered", {
      description: "Age of the oldest blob that a branch has not delivered, since it was listed; 0 when it owes none",
      unit: "s",
    });
    const expiry = meter.createObservableGauge("otel_o365_integration_certificate_expiry", {
      description: "Time until the certificate that signs in ends; negative when it has ended",
      unit: "s",
    });
    const observe: BatchObservableCallback = (result) => {
      const nowMs = clock.now();
      for (const [receiver, { verdict, expiries }] of this.#judged) {
        const current = verdict?.state ?? UNKNOWN;
        for (const name of [...STATES, UNKNOWN]) {
          result.observe(state, name === current ? 1 : 0, { receiver, state: name });
        }
        for (const [branch, listedMs] of verdict === undefined ? [] : oldestListed(verdict)) {
          result.observe(oldest, listedMs === undefined ? 0 : seconds(Math.max(0, nowMs - listedMs)), {
            receiver,
            branch,
          });
        }
        for (const { notAfterMs } of expiries) result.observe(expiry, seconds(notAfterMs - nowMs), { receiver });
      }
    };
    const instruments = [state, oldest, expiry];
    meter.addBatchObservableCallback(observe, instruments);
    this.#close = () => meter.removeBatchObservableCallback(observe, instruments);
  }

  judged(id: string, verdict: IntegrationVerdict, expiries: readonly CredentialExpiry[]): void {
    this.#judged.set(id, { verdict, expiries });
  }

  /** The look failed. */
  unknown(id: string): void {
    this.#judged.set(id, { verdict: undefined, expiries: this.#judged.get(id)?.expiries ?? [] });
  }

  close(): void {
    this.#close();
  }
}

/** Per branch, over all content types. */
function oldestListed({ contentTypes, branches }: IntegrationVerdict): ReadonlyMap<string, number | undefined> {
  const found = new Map<string, number | undefined>(branches.map((name) => [name, undefined]));
  for (const { branch, oldestListedMs } of contentTypes.flatMap(({ facts }) => facts.owed)) {
    found.set(branch, Math.min(found.get(branch) ?? oldestListedMs, oldestListedMs));
  }
  return found;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
