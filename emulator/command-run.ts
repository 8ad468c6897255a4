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
  readonly writeCa: string | undefined;
  readonly writeCertificate: string | undefined;
}

/** Runs an emulator until SIGINT or SIGTERM comes. Rejects with the system's error when the port is taken or a file cannot be used. */
export async function runEmulator(settings: CommandSettings, io: CommandIo): Promise<void> {
  const made = settings.writeCertificate === undefined ? undefined : await writePair(settings.writeCertificate);
  const certificates = [...(settings.app.certificates ?? []), ...(made === undefined ? [] : [made.certificatePem])];
  const app = { ...settings.app, certificates };
  const emulator = await startEmulator({ ...settings.options, tenants: [{ ...settings.tenant, apps: [app] }] });
  const stopped = stopSignal(io);
  try {
    if (settings.writeCa !== undefined) writeFileSync(settings.writeCa, emulator.caPem);
    io.stdout.write(describe(emulator, settings, certificates.length));
    await stopped;
  } finally {
    await emulator.close();
  }
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
  const { tenant, app, writeCa, writeCertificate } = settings;
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
  return `${lines.join("\n")}\n\nFor the configuration of a collector:\n\n${snippet(emulator, settings, writeCertificate)}\nStop with Ctrl-C.\n`;
}

function countServed(emulator: Emulator): number {
  let count = 0;
  for (const _ of emulator.serve()) count += 1;
  return count;
}

function snippet(emulator: Emulator, { tenant, app, writeCa }: CommandSettings, folder: string | undefined): string {
  return stringify({
    receivers: {
      "o365/emulator": {
        tenant_id: tenant.tenantId,
        client_id: app.clientId,
        certificate_file: folder === undefined ? "certificate.pem" : join(folder, "certificate.pem"),
        private_key_file: folder === undefined ? "key.pem" : join(folder, "key.pem"),
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
