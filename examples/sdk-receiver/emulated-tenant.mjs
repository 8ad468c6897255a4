// An Office 365 tenant on this machine, in the place of yours.
import { mkdirSync, writeFileSync } from "node:fs";
import {
  DEFAULT_CLIENT_ID,
  DEFAULT_TENANT_ID,
  makeCertificatePair,
  sampleRecordsFile,
  startEmulator,
} from "otel-o365/emulator";

/** Starts it, and gives what a receiver has to know of it. */
export async function startTenant() {
  const pair = await makeCertificatePair();
  const app = { clientId: DEFAULT_CLIENT_ID, certificates: [pair.certificatePem] };
  const emulator = await startEmulator({
    tenants: [{ tenantId: DEFAULT_TENANT_ID, apps: [app] }],
    content: [
      { kind: "records", files: [sampleRecordsFile()] },
      { kind: "traffic", rate: 5 },
    ],
  });
  mkdirSync("tenant", { recursive: true });
  writeFileSync("tenant/certificate.pem", pair.certificatePem);
  writeFileSync("tenant/key.pem", pair.privateKeyPem, { mode: 0o600 });
  writeFileSync("tenant/ca.pem", emulator.caPem);
  return {
    receiver: {
      tenant_id: DEFAULT_TENANT_ID,
      client_id: DEFAULT_CLIENT_ID,
      certificate_file: "tenant/certificate.pem",
      private_key_file: "tenant/key.pem",
      initial_lookback: "25h",
      // A real tenant needs none of the keys below.
      poll_interval: "1s",
      endpoints: { authority: emulator.authority, api: emulator.apiRoot, scope: `${emulator.apiRoot}/.default` },
      tls: { ca_file: "tenant/ca.pem" },
    },
    close: () => emulator.close(),
  };
}
