// The tenants of the benchmark, in a process of their own: made-up records in blobs, served over TLS.
import { makeCertificatePair, startEmulator, DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../emulator/index.ts";
import { tenantSpec, type ParseLimit } from "./messages.ts";

const spec = tenantSpec.parse(JSON.parse(process.argv[2] ?? ""));
const pair = await makeCertificatePair({ subject: "CN=bench" });
const tenantIds = Array.from({ length: spec.tenants }, (_, index) =>
  index === 0 ? DEFAULT_TENANT_ID : `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
);
const emulator = await startEmulator({
  tenants: tenantIds.map((tenantId) => ({
    tenantId,
    apps: [{ clientId: DEFAULT_CLIENT_ID, certificates: [pair.certificatePem] }],
  })),
  content: tenantIds.flatMap((tenantId) =>
    spec.content.map((source) => ({ kind: "bulk", tenantId, ...source }) as const),
  ),
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
  else process.send?.({ requests: emulator.requests.filter(({ operation }) => operation === "blob").length });
});
process.on("SIGTERM", () => {
  void emulator.close().then(() => process.exit(0));
});
const { apiRoot, authority, caPem } = emulator;
process.send?.({ tenantIds, apiRoot, authority, caPem, ...pair });
