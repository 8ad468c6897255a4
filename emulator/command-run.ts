import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { makeCertificatePair } from "./certificates.ts";
import type { Cloud } from "./clouds.ts";
import { startEmulator, type Emulator } from "./emulator.ts";
import type { AppOptions, EmulatorOptions, TenantOptions } from "./options.ts";

/** What the command needs of its process. */
export interface CommandIo {
  readonly stdout: { write(text: string): unknown };
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** What the flags of the command say. */
export interface CommandSettings {
  readonly options: EmulatorOptions;
  readonly tenant: Omit<TenantOptions, "apps">;
  readonly app: AppOptions;
  /** With any, the app is a multi-tenant registration: nobody has consented yet. */
  readonly redirectUris: readonly string[];
  readonly writeCa: string | undefined;
  readonly writeCertificate: string | undefined;
}

/** Runs an emulator until SIGINT or SIGTERM comes. Rejects with the system's error when the port is taken or a file cannot be used. */
export async function runEmulator(settings: CommandSettings, io: CommandIo): Promise<void> {
  const made = settings.writeCertificate === undefined ? undefined : await writePair(settings.writeCertificate);
  const certificates = [...(settings.app.certificates ?? []), ...(made === undefined ? [] : [made.certificatePem])];
  const app = { ...settings.app, certificates };
  const emulator = await startEmulator(withApp(settings, app));
  const stopped = stopSignal(io);
  try {
    if (settings.writeCa !== undefined) writeFileSync(settings.writeCa, emulator.caPem);
    io.stdout.write(describe(emulator, settings, certificates.length));
    await stopped;
  } finally {
    await emulator.close();
  }
}

function withApp({ options, tenant, redirectUris }: CommandSettings, app: AppOptions): EmulatorOptions {
  if (redirectUris.length === 0) return { ...options, tenants: [{ ...tenant, apps: [app] }] };
  const { clientId, certificates = [], roles } = app;
  const permissions = roles === undefined ? {} : { permissions: roles };
  return { ...options, tenants: [tenant], registrations: [{ clientId, certificates, redirectUris, ...permissions }] };
}

function stopSignal(io: CommandIo): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      io.off("SIGINT", stop);
      io.off("SIGTERM", stop);
      resolve();
    };
    io.once("SIGINT", stop);
    io.once("SIGTERM", stop);
  });
}

async function writePair(folder: string): Promise<{ readonly certificatePem: string }> {
  const pair = await makeCertificatePair();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "certificate.pem"), pair.certificatePem);
  const key = join(folder, "key.pem");
  writeFileSync(key, pair.privateKeyPem, { mode: 0o600 });
  // The mode above does nothing for a file that was there before.
  chmodSync(key, 0o600);
  return pair;
}

function describe(emulator: Emulator, settings: CommandSettings, certificates: number): string {
  const { tenant, app, writeCa } = settings;
  const lines = [
    `authority  ${emulator.authority}/${tenant.tenantId}`,
    `api root   ${emulator.apiRoot}`,
    `tenant     ${tenant.tenantId}`,
    `app        ${app.clientId}, ${certificates} registered certificate${certificates === 1 ? "" : "s"}`,
    `CA file    ${writeCa ?? "not written; clients have to trust it: add --write-ca FILE"}`,
    `records    ${countServed(emulator)} available now`,
  ];
  if (emulator.cloudProxy !== undefined) {
    lines.push(`proxy      ${emulator.cloudProxy} leads the addresses of the real clouds here`);
  }
  if (settings.options.control === true)
    lines.push(`control    ${emulator.origin}/emulator/faults, requests, served, content`);
  if (certificates === 0) {
    lines.push("note       nobody can sign in: add --certificate FILE, or --write-certificate FOLDER to make one");
  }
  const [redirectUri] = settings.redirectUris;
  const next =
    redirectUri === undefined
      ? `For the configuration of a collector:\n\n${snippet(emulator, settings)}`
      : consentSteps(emulator, settings, redirectUri);
  return `${lines.join("\n")}\n\n${next}\nStop with Ctrl-C.\n`;
}

/** Consent is asked for at the real address of Entra ID, so that command and browser both have to come through the proxy. */
function consentSteps({ cloudProxy }: Emulator, settings: CommandSettings, redirectUri: string): string {
  if (cloudProxy === undefined) {
    return "Nobody has consented to the app yet. To try otel-o365 authorize, which knows the real addresses alone, add --cloud-proxy-port.\n";
  }
  const { app, tenant, writeCa = "ca.pem" } = settings;
  const [certificate, key] = pairFiles(settings);
  const steps = [
    "Nobody has consented to the app yet. Ask for it:",
    "",
    `otel-o365 authorize --config collector.yaml --name emulator --client-id ${app.clientId} --cloud ${tenant.cloud ?? "commercial"} \\`,
    `  --certificate-file ${certificate} --private-key-file ${key} \\`,
    `  --redirect-uri ${redirectUri} --proxy ${cloudProxy} --ca-file ${writeCa} --no-browser`,
    "",
    "and open the address that it prints in a browser that comes this way:",
    "",
    `chromium --user-data-dir=/tmp/otel-o365-emulator --proxy-server=${cloudProxy} --ignore-certificate-errors`,
    "",
  ];
  return steps.join("\n");
}

function pairFiles({ writeCertificate: folder }: CommandSettings): readonly [certificate: string, key: string] {
  return folder === undefined
    ? ["certificate.pem", "key.pem"]
    : [join(folder, "certificate.pem"), join(folder, "key.pem")];
}

function countServed(emulator: Emulator): number {
  let count = 0;
  for (const _ of emulator.serve()) count += 1;
  return count;
}

function snippet(emulator: Emulator, settings: CommandSettings): string {
  const { tenant, app, writeCa } = settings;
  const [certificate, key] = pairFiles(settings);
  return stringify({
    receivers: {
      "o365/emulator": {
        tenant_id: tenant.tenantId,
        client_id: app.clientId,
        certificate_file: certificate,
        private_key_file: key,
        poll_interval: "5s",
        ...addresses(emulator, tenant.cloud),
        tls: { ca_file: writeCa ?? "ca.pem" },
      },
    },
  });
}

/** Through the proxy the cloud's name is all that a collector needs. */
function addresses(emulator: Emulator, cloud: Cloud = "commercial"): object {
  if (emulator.cloudProxy !== undefined) return { cloud, proxy: emulator.cloudProxy };
  const { authority, apiRoot } = emulator;
  return { endpoints: { authority, api: apiRoot, scope: `${apiRoot}/.default` } };
}
