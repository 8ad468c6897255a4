// The tenant of the benchmark, in a process of its own: made-up records in blobs, served over TLS.
import { makeCertificatePair, startEmulator, DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../emulator/index.ts";
import type { ParseLimit } from "./messages.ts";

const [records = "100000", recordsPerBlob = "200"] = process.argv.slice(2);
const pair = await makeCertificatePair({ subject: "CN=bench" });
const emulator = await startEmulator({
  tenants: [
    { tenantId: DEFAULT_TENANT_ID, apps: [{ clientId: DEFAULT_CLIENT_ID, certificates: [pair.certificatePem] }] },
  ],
  content: [{ kind: "bulk", records: Number(records), recordsPerBlob: Number(recordsPerBlob) }],
  rules: { quotaPerMinute: Infinity, startIntervalMs: 0, gzip: false },
});

/** Parses every record once, in batches, so that texts need not be held together. Only the parsing counts. */
function measureParse(): ParseLimit {
  let bytes = 0;
  let count = 0;
  let cpuMicroseconds = 0;
  let batch: string[] = [];
  const flush = (): void => {
    const before = process.cpuUsage();
    for (const text of batch) JSON.parse(text);
    const { user, system } = process.cpuUsage(before);
    cpuMicroseconds += user + system;
    batch = [];
  };
  for (const { text } of emulator.serve()) {
    batch.push(text);
    bytes += Buffer.byteLength(text);
    count += 1;
    if (batch.length === 1000) flush();
  }
  flush();
  return { records: count, bytes, cpuSeconds: cpuMicroseconds / 1e6 };
}

process.on("message", (question) => {
  if (question === "parse") process.send?.(measureParse());
});
process.on("SIGTERM", () => {
  void emulator.close().then(() => process.exit(0));
});
process.send?.({ apiRoot: emulator.apiRoot, authority: emulator.authority, caPem: emulator.caPem, ...pair });
