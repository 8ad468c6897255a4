import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { DEFAULT_CLIENT_ID } from "../emulator/index.ts";
import { pin } from "./child.ts";
import type { TenantReady } from "./messages.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const COLLECTOR_CORE = 0;

export interface CollectorOptions {
  /** Folder for its files, state included. */
  readonly folder: string;
  readonly tenant: TenantReady;
  /** Base URL of the backend. */
  readonly endpoint: string;
  /** Ids of processors, each with its defaults. */
  readonly processors: readonly string[];
  /** Settings of the exporter that are not to be its defaults. */
  readonly exporter?: Readonly<Record<string, unknown>>;
  /** More flags for its Node.js. */
  readonly nodeFlags?: readonly string[];
  /** Folder that holds `bin/` and `dist/`. Default: this checkout. */
  readonly root?: string;
}

/** The collector as it is published, in a process of its own: started through `bin/`, with the flags that this sets. */
export interface MeasuredCollector {
  readonly child: ChildProcess;
  /** Stays the same when the process replaces itself by one with other flags. */
  readonly pid: number;
}

/** Starts the collector with one receiver a tenant. */
export function startCollector(options: CollectorOptions): MeasuredCollector {
  const { root = ROOT, folder, nodeFlags = [] } = options;
  const path = join(folder, "collector.yaml");
  writeFileSync(path, configuration(options));
  const args = [...nodeFlags, join(root, "bin", "otel-o365.mjs"), "--config", path];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    // As users start it, also where tests have a cache of compiled code.
    env: { ...process.env, NO_COLOR: "1", NODE_COMPILE_CACHE: undefined },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("Cannot start the collector; run npm run build and look at its output");
  pin(child, COLLECTOR_CORE);
  return { child, pid };
}

/** The storage directory of a collector with this folder. */
export function storageOf(folder: string): string {
  return join(folder, "state");
}

function configuration({ folder, tenant, endpoint, processors, exporter }: CollectorOptions): string {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const common = {
    client_id: DEFAULT_CLIENT_ID,
    certificate_file: write("certificate.pem", tenant.certificatePem),
    private_key_file: write("key.pem", tenant.privateKeyPem),
    endpoints: { api: tenant.apiRoot, authority: tenant.authority, scope: `${tenant.apiRoot}/.default` },
    tls: { ca_file: write("ca.pem", tenant.caPem) },
  };
  return stringify({
    receivers: Object.fromEntries(
      tenant.tenantIds.map((tenantId, index) => [`o365/${index + 1}`, { ...common, tenant_id: tenantId }]),
    ),
    processors: Object.fromEntries(processors.map((id) => [id, {}])),
    exporters: { otlp_http: { endpoint, ...exporter } },
    storage: { directory: storageOf(folder) },
    service: {
      telemetry: { logs: { level: "warn" } },
      pipelines: { logs: { receivers: ["o365/*"], processors, exporters: ["otlp_http"] } },
    },
  });
}
