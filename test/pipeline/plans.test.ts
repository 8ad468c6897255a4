import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { CLOUDS, type Cloud } from "../../emulator/clouds.ts";
import { makeCertificatePair, startEmulator } from "../../emulator/index.ts";
import { startCollector } from "../support/collector.ts";
import { startOtlpSink } from "../support/otlp-sink.ts";

const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const RECORDS = 20;

function tenantOf(cloud: Cloud): string {
  return `00000000-0000-4000-8000-00000000000${CLOUDS.indexOf(cloud)}`;
}

suite("one process", () => {
  test("collects tenants of all plans side by side, each from its own cloud", async () => {
    const folder = mkdtempSync(join(tmpdir(), "otel-o365-plans-"));
    const pair = await makeCertificatePair();
    const apps = [{ clientId: CLIENT, certificates: [pair.certificatePem] }];
    const emulator = await startEmulator({
      cloudProxyPort: 0,
      tenants: CLOUDS.map((cloud) => ({ tenantId: tenantOf(cloud), cloud, apps })),
      content: CLOUDS.map((cloud) => ({
        kind: "bulk" as const,
        tenantId: tenantOf(cloud),
        records: RECORDS,
        recordsPerBlob: 5,
      })),
    });
    const sink = await startOtlpSink();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const common = {
      client_id: CLIENT,
      certificate_file: file("certificate.pem", pair.certificatePem),
      private_key_file: file("key.pem", pair.privateKeyPem),
      proxy: emulator.cloudProxy,
      tls: { ca_file: file("ca.pem", emulator.caPem) },
    };
    const receivers = CLOUDS.map((cloud) => [`o365/${cloud}`, { ...common, cloud, tenant_id: tenantOf(cloud) }]);
    const collector = await startCollector({
      receivers: Object.fromEntries(receivers),
      exporters: { otlp_http: { endpoint: sink.url } },
      storage: { directory: join(folder, "state") },
      service: { pipelines: { logs: { receivers: ["o365/*"], exporters: ["otlp_http"] } } },
    });
    try {
      // The collector speaks of itself as well.
      const records = () => sink.accepted().filter(({ attributes }) => attributes["o365.id"] !== undefined);
      while (records().length < RECORDS * CLOUDS.length) await sink.arrived(sink.requestCount + 1);
      const counts = new Map<unknown, number>();
      for (const { resource } of records()) {
        const key = `${String(resource["o365.cloud"])} ${String(resource["o365.tenant_id"])}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      assert.deepEqual(
        Object.fromEntries(counts),
        Object.fromEntries(CLOUDS.map((cloud) => [`${cloud} ${tenantOf(cloud)}`, RECORDS])),
      );
    } finally {
      await collector.stop();
      await sink.close();
      await emulator.close();
      rmSync(folder, { recursive: true });
    }
  });
});
