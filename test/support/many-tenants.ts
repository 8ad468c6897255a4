import { join } from "node:path";
import { DEFAULT_CLIENT_ID } from "../../emulator/index.ts";
import { startCollector, type TestCollector } from "./collector.ts";
import { startOtlpSink, type OtlpSink } from "./otlp-sink.ts";
import { startTenant, tenantId, type TestTenant } from "./tenant.ts";

export const TENANTS = 20;
/** One is enough, and twenty times five would keep this machine busy. */
export const CONTENT_TYPE = "Audit.General";
/** Numbers of tenants whose every request is refused with AF429. */
const THROTTLED: readonly number[] = [0, 1, 2];
/** Numbers of tenants that do not know the certificate. */
const UNREGISTERED: readonly number[] = [3, 4];

/** A collector with twenty integrations. */
export interface ManyTenants {
  readonly tenant: TestTenant;
  readonly collector: TestCollector;
  readonly sink: OtlpSink;
  /** When each record came to the backend, by its id. Milliseconds since the epoch. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Ids in the configuration. */
  readonly throttled: readonly string[];
  readonly unregistered: readonly string[];
  /** Ids of the fifteen tenants that are well in any case. */
  readonly well: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts twenty tenants without content, a backend and a collector with an integration for each, in this process.
 *
 * @param health `sick`: three are throttled for ever, and two do not know the certificate.
 */
export async function startManyTenants(health: "well" | "sick"): Promise<ManyTenants> {
  const numbers = Array.from({ length: TENANTS }, (_, number) => number);
  const tenant = await startTenant({ tenants: TENANTS });
  if (health === "sick") {
    const { faults } = tenant.emulator;
    for (const number of THROTTLED) {
      const match = { tenantId: tenantId(number), operation: ["list", "start", "content", "blob"] as const };
      faults.add({ match, action: { kind: "throttle" }, times: "always" });
    }
    for (const number of UNREGISTERED) tenant.emulator.clearCertificates(tenantId(number), DEFAULT_CLIENT_ID);
  }
  const arrivals = new Map<string, number>();
  const sink = await startOtlpSink({
    keep: false,
    answer: ({ records }) => {
      for (const { attributes } of records) {
        // The collector's own events have no such id.
        const id = attributes["o365.id"];
        if (typeof id === "string") arrivals.set(id, Date.now());
      }
      return { kind: "ok" };
    },
  });
  const receiver = (number: number): Readonly<Record<string, unknown>> =>
    tenant.receiver({ tenant_id: tenantId(number), content_types: [CONTENT_TYPE], initial_lookback: "1h" });
  const collector = await startCollector({
    receivers: Object.fromEntries(numbers.map((number) => [receiverId(number), receiver(number)])),
    processors: { xdr: {}, batch: {} },
    exporters: { otlp_http: { endpoint: sink.url } },
    storage: { directory: join(tenant.folder, "state") },
    service: {
      shutdown_timeout: "5s",
      pipelines: { logs: { receivers: ["o365/*"], processors: ["xdr", "batch"], exporters: ["otlp_http"] } },
    },
  });
  const bad = new Set([...THROTTLED, ...UNREGISTERED].map(tenantId));
  return {
    tenant,
    collector,
    sink,
    arrivals,
    throttled: THROTTLED.map(receiverId),
    unregistered: UNREGISTERED.map(receiverId),
    well: numbers.map(tenantId).filter((id) => !bad.has(id)),
    close: async () => {
      await collector.stop();
      await Promise.all([sink.close(), tenant.close()]);
    },
  };
}

function receiverId(number: number): string {
  return `o365/t${number}`;
}
