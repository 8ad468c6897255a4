import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  makeCertificatePair,
  startEmulator,
  type AppOptions,
  type CertificatePair,
  type Emulator,
  type EmulatorOptions,
} from "../../emulator/index.ts";

/** The tenant of a number, from 0. */
export function tenantId(number: number): string {
  return number === 0 ? DEFAULT_TENANT_ID : `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** An emulated tenant, or several, with a folder beside it that holds what a collector needs. */
export interface TestTenant {
  readonly emulator: Emulator;
  readonly folder: string;
  /** A `receivers: o365:` mapping for it (the first of several), fast enough for a test. */
  receiver(overrides?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Writes a file into the folder and returns its path. */
  file(name: string, text: string): string;
  close(): Promise<void>;
}

export interface TestTenantOptions
  extends Omit<EmulatorOptions, "tenants">, Pick<AppOptions, "roles" | "subscriptions"> {
  /** Number of tenants, with ids as `tenantId()` makes them. Default 1. */
  readonly tenants?: number;
}

/** One for all tenants of a process: making RSA keys takes long. */
let sharedPair: Promise<CertificatePair> | undefined;

/** Starts a tenant whose one app has a certificate. Several have the same app, with the same certificate. */
export async function startTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const { roles, subscriptions = [], tenants: count = 1, ...rest } = options;
  sharedPair ??= makeCertificatePair({ subject: "CN=test" });
  const pair = await sharedPair;
  const app = {
    clientId: DEFAULT_CLIENT_ID,
    certificates: [pair.certificatePem],
    subscriptions,
    ...(roles === undefined ? {} : { roles }),
  };
  const tenants = Array.from({ length: count }, (_, number) => ({ tenantId: tenantId(number), apps: [app] }));
  const emulator = await startEmulator({ ...rest, tenants });
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-pipeline-"));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const common = {
    tenant_id: DEFAULT_TENANT_ID,
    client_id: DEFAULT_CLIENT_ID,
    certificate_file: file("certificate.pem", pair.certificatePem),
    private_key_file: file("key.pem", pair.privateKeyPem),
    content_types: ["Audit.AzureActiveDirectory", "Audit.Exchange", "Audit.SharePoint", "Audit.General", "DLP.All"],
    poll_interval: "1s",
    initial_lookback: "25h",
    retry: { initial_interval: "50ms", max_interval: "500ms" },
    endpoints: { api: emulator.apiRoot, authority: emulator.authority, scope: `${emulator.apiRoot}/.default` },
    tls: { ca_file: file("ca.pem", emulator.caPem) },
  };
  return {
    emulator,
    folder,
    file,
    receiver: (overrides = {}) => ({ ...common, ...overrides }),
    async close() {
      await emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}
