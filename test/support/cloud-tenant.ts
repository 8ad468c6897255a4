import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
  makeCertificatePair,
  startEmulator,
  type CertificatePair,
  type Emulator,
  type EmulatorOptions,
} from "../../emulator/index.ts";
import type { Cloud } from "../../emulator/clouds.ts";

export const TENANT_ID = "6b3c0a5e-0000-4000-8000-3f1d0c1e0001";
export const CLIENT_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

/** A tenant behind the addresses of its real cloud, with a folder that holds what a collector needs. */
export interface CloudTenant {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Keys of a receiver for it: nothing but the cloud's name tells where to go, and the proxy how. */
  readonly receiver: Readonly<Record<string, unknown>>;
  /** Writes a collector's configuration and returns its path. */
  configure(receiver?: Readonly<Record<string, unknown>>, exporters?: Readonly<Record<string, unknown>>): string;
  close(): Promise<void>;
}

export interface CloudTenantOptions extends Omit<EmulatorOptions, "tenants" | "cloudProxyPort"> {
  /** Where the tenant lives. */
  readonly cloud: Cloud;
  /** Leave the tenant without the app: somebody has to consent first. */
  readonly withoutApp?: boolean;
  readonly roles?: readonly string[];
  readonly auditing?: boolean;
  /** What signs in. Default: a pair that is registered. */
  readonly pair?: CertificatePair;
  readonly registered?: boolean;
}

let shared: Promise<CertificatePair> | undefined;

export async function startCloudTenant(options: CloudTenantOptions): Promise<CloudTenant> {
  const { cloud, roles, auditing = true, registered = true, withoutApp = false, pair: own, ...rest } = options;
  // Making RSA keys takes long.
  shared ??= makeCertificatePair({ subject: "CN=test" });
  const pair = own ?? (await shared);
  const app = {
    clientId: CLIENT_ID,
    certificates: registered ? [pair.certificatePem] : [],
    ...(roles === undefined ? {} : { roles }),
  };
  const tenant = { tenantId: TENANT_ID, cloud, domains: ["contoso.example"], auditing, apps: withoutApp ? [] : [app] };
  const emulator = await startEmulator({ ...rest, tenants: [tenant], cloudProxyPort: 0 });
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-cloud-"));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const receiver = {
    cloud,
    tenant_id: TENANT_ID,
    client_id: CLIENT_ID,
    certificate_file: file("certificate.pem", pair.certificatePem),
    private_key_file: file("key.pem", pair.privateKeyPem),
    proxy: emulator.cloudProxy,
    tls: { ca_file: file("ca.pem", emulator.caPem) },
  };
  return {
    emulator,
    folder,
    receiver,
    configure: (overrides = {}, exporters = { debug: {} }) =>
      file(
        "collector.yaml",
        stringify({
          receivers: { "o365/contoso": { ...receiver, ...overrides } },
          exporters,
          storage: { directory: join(folder, "state") },
          service: { pipelines: { logs: { receivers: ["o365/*"], exporters: Object.keys(exporters) } } },
        }),
      ),
    async close() {
      await emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}
