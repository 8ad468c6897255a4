// `npm run bench`: tenant, collector and backend in processes of their own; the built collector on one core, the others on another.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../emulator/index.ts";
import { ask, canPin, pin, startPart, stopPart } from "./child.ts";
import { parseLimit, sinkCount, sinkReady, tenantReady, type TenantReady } from "./messages.ts";
import { cpuSeconds, peakMiB } from "./process-usage.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const COLLECTOR_CORE = 0;
const OTHERS_CORE = 1;
/** Until so many records have arrived, imports, first connections and the compiler's work weigh on the figures. */
const WARM_UP_RECORDS = 40_000;

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "200000" },
    "records-per-blob": { type: "string", default: "200" },
    processors: { type: "string", default: "xdr,batch" },
    /** Folder for V8 CPU profiles of the collector. */
    "cpu-prof-dir": { type: "string" },
    /** More flags for the collector's Node.js, separated by blanks: to compare heap sizes. */
    "node-flags": { type: "string", default: "" },
  },
});

/** A moment of a run. */
interface Mark {
  readonly at: number;
  readonly cpu: number;
  readonly records: number;
}

interface Run {
  readonly name: string;
  /** CPU seconds from the start of the process to the end of the warm-up. */
  readonly warmUpCpuSeconds: number;
  /** From here on: the steady state. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly records: number;
  /** Of the whole run. */
  readonly peakMiB: number;
}

function warmUpRecords(wanted: number): number {
  return Math.min(WARM_UP_RECORDS, wanted / 2);
}

async function measure(encoding: "proto" | "json", tenant: TenantReady, wanted: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-bench-"));
  const { child: sink, ready } = await startPart(join(ROOT, "bench", "sink-part.ts"), [], OTHERS_CORE, sinkReady);
  const config = configuration(folder, tenant, ready.url, encoding);
  const collector = startCollector(config);
  const { pid } = collector;
  if (pid === undefined) throw new Error("Cannot start the collector; run npm run build and look at its output");
  const started = performance.now();
  const warmUp = warmUpRecords(wanted);
  let warm: Mark | undefined;
  let last: Mark = { at: started, cpu: 0, records: 0 };
  while (last.records < wanted && collector.exitCode === null && last.at - started < 600_000) {
    const { records } = await ask(sink, "count", sinkCount);
    last = { at: performance.now(), cpu: cpuSeconds(pid), records };
    if (records >= warmUp) warm ??= last;
    await sleep(20);
  }
  if (warm === undefined || last.records < wanted) {
    throw new Error(`Only ${last.records} of ${wanted} records arrived`);
  }
  const run = {
    name: encoding,
    warmUpCpuSeconds: warm.cpu,
    wallSeconds: (last.at - warm.at) / 1000,
    cpuSeconds: last.cpu - warm.cpu,
    records: last.records - warm.records,
    peakMiB: peakMiB(pid),
  };
  const exited = once(collector, "exit");
  collector.kill("SIGTERM");
  await exited;
  await stopPart(sink);
  rmSync(folder, { recursive: true });
  return run;
}

function startCollector(config: string): ChildProcess {
  const profileDir = values["cpu-prof-dir"];
  const profiling = profileDir === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileDir}`];
  const flags = values["node-flags"].split(" ").filter((flag) => flag !== "");
  const args = [...flags, ...profiling, join(ROOT, "bin", "otel-o365.mjs"), "--config", config];
  const collector = spawn(process.execPath, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  pin(collector, COLLECTOR_CORE);
  return collector;
}

function configuration(folder: string, tenant: TenantReady, endpoint: string, encoding: "proto" | "json"): string {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const processors = values.processors === "" ? [] : values.processors.split(",");
  return write(
    "collector.yaml",
    stringify({
      receivers: {
        o365: {
          tenant_id: DEFAULT_TENANT_ID,
          client_id: DEFAULT_CLIENT_ID,
          certificate_file: write("certificate.pem", tenant.certificatePem),
          private_key_file: write("key.pem", tenant.privateKeyPem),
          endpoints: { api: tenant.apiRoot, authority: tenant.authority, scope: `${tenant.apiRoot}/.default` },
          tls: { ca_file: write("ca.pem", tenant.caPem) },
        },
      },
      processors: Object.fromEntries(processors.map((id) => [id, {}])),
      exporters: { otlp_http: { endpoint, encoding, compression: "none" } },
      storage: { directory: join(folder, "state") },
      service: {
        telemetry: { logs: { level: "warn" } },
        pipelines: { logs: { receivers: ["o365"], processors, exporters: ["otlp_http"] } },
      },
    }),
  );
}

function row(name: string, records: number, cpu: number, wall: number | undefined, rest: string): string {
  const perSecond = (seconds: number | undefined): string =>
    seconds === undefined ? "-" : Math.round(records / seconds).toLocaleString("en");
  return [name.padEnd(22), perSecond(cpu).padStart(14), perSecond(wall).padStart(14), rest].join("");
}

const { child: tenantPart, ready: tenant } = await startPart(
  join(ROOT, "bench", "tenant-part.ts"),
  [values.records, values["records-per-blob"]],
  OTHERS_CORE,
  tenantReady,
);
try {
  const runs = [
    await measure("proto", tenant, Number(values.records)),
    await measure("json", tenant, Number(values.records)),
  ];
  const limit = await ask(tenantPart, "parse", parseLimit);
  const parseRate = limit.records / limit.cpuSeconds;
  console.log(
    `\n${limit.records.toLocaleString("en")} records, ${Math.round(limit.bytes / limit.records)} bytes each on average, ${values["records-per-blob"]} in a blob; processors: ${values.processors}`,
  );
  console.log(
    `Node.js ${process.version}; collector ${canPin ? "bound to one core" : "NOT bound to a core"}; measured after the first ${warmUpRecords(Number(values.records)).toLocaleString("en")} records\n`,
  );
  console.log(
    `${"".padEnd(22)}${"per CPU second".padStart(14)}${"per second".padStart(14)}   of the limit   peak MiB   warm-up CPU s`,
  );
  for (const run of runs) {
    const share = run.records / run.cpuSeconds / parseRate;
    const rest = [
      `${(share * 100).toFixed(1)} %`.padStart(15),
      run.peakMiB.toFixed(0).padStart(11),
      run.warmUpCpuSeconds.toFixed(1).padStart(16),
    ];
    console.log(row(`OTLP/HTTP ${run.name}`, run.records, run.cpuSeconds, run.wallSeconds, rest.join("")));
  }
  console.log(row("limit: JSON.parse", limit.records, limit.cpuSeconds, undefined, "100 %".padStart(15)));
} finally {
  await stopPart(tenantPart);
}
