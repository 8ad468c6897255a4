import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import type { LedgerOwner } from "../collector/storage/storage.ts";
import { CONTENT_TYPES, DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../emulator/index.ts";
import { startTenant, type TestTenant } from "../test/support/tenant.ts";
import { Backend, EXPORT_TIMEOUT_MS, type BackendOptions } from "./backend.ts";

/** So far back there is content at the start. */
export const HISTORY_MS: number = 10 * 3_600_000;
export const MAX_IN_FLIGHT_BYTES = 1_048_576;
export const CONCURRENCY = 4;

/** A server that nobody may talk to: links of the service lead there. */
export interface Trap {
  readonly origin: string;
  readonly visits: () => number;
  close(): Promise<void>;
}

export async function startTrap(): Promise<Trap> {
  let visits = 0;
  const server: Server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    origin: `https://127.0.0.1:${isPort(address) ? address.port : 0}`,
    visits: () => visits,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function isPort(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

/** Whose ledger it is. */
export const OWNER: LedgerOwner = { cloud: "commercial", tenantId: DEFAULT_TENANT_ID, clientId: DEFAULT_CLIENT_ID };

export function exporterId(backend: Backend): string {
  return `otlp_http/${backend.name}`;
}

export function branchOf(backend: Backend): string {
  return `logs>${exporterId(backend)}`;
}

/** A tenant that has been collected before: its subscriptions are on, so that their rule of 15 minutes does not bind at once. */
export function startChaosTenant(seed: number): Promise<TestTenant> {
  return startTenant({
    seed,
    subscriptions: CONTENT_TYPES,
    requestLogSize: 1000,
    // Short pages, so that there are many; tokens that end in the middle of them.
    rules: { quotaPerMinute: Infinity, pageSize: 8, tokenLifeMs: 4000, tokenSkewMs: 0 },
  });
}

/** Two backends: the second one speaks JSON and takes small batches only. */
export function startBackends(options: Omit<BackendOptions, "name" | "mostRecords">): Promise<Backend[]> {
  return Promise.all([
    Backend.start({ ...options, name: "one" }),
    Backend.start({ ...options, name: "two", mostRecords: 30 }),
  ]);
}

/** Writes the configuration of the collector and returns its path. */
export function writeConfiguration(
  tenant: TestTenant,
  backends: readonly Backend[],
  overrides: Readonly<Record<string, unknown>> = {},
): string {
  const receiver = tenant.receiver({
    initial_lookback: `${HISTORY_MS / 3_600_000 + 2}h`,
    reconcile_interval: "10m",
    max_in_flight_bytes: MAX_IN_FLIGHT_BYTES,
    concurrency: CONCURRENCY,
    request_timeout: "1s",
    connect_timeout: "1s",
    dlp_values: "keep",
    ...overrides,
  });
  const exporters = backends.map((backend, index) => [
    exporterId(backend),
    {
      endpoint: backend.url,
      timeout: `${EXPORT_TIMEOUT_MS / 1000}s`,
      ...(index % 2 === 1 ? { encoding: "json", compression: "none" } : {}),
    },
  ]);
  const text = stringify({
    receivers: { o365: receiver },
    processors: { xdr: {}, batch: { send_batch_size: 40, timeout: "20ms" } },
    exporters: Object.fromEntries(exporters),
    storage: { directory: stateDirectory(tenant) },
    service: {
      shutdown_timeout: "2s",
      telemetry: { logs: { level: "warn" } },
      pipelines: {
        logs: { receivers: ["o365"], processors: ["xdr", "batch"], exporters: backends.map(exporterId) },
      },
    },
  });
  return tenant.file("collector.yaml", text);
}

export function stateDirectory({ folder }: TestTenant): string {
  return join(folder, "state");
}
