import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { canPin, startSink, startTenants, stopChild } from "./child.ts";
import { startCollector } from "./collector.ts";
import { parseLimit, sinkCount, type TenantReady } from "./messages.ts";
import { cpuSeconds, peakMiB } from "./process-usage.ts";

/** Until so many records have arrived, imports, first connections and the compiler's work weigh on the figures. */
const WARM_UP_RECORDS = 40_000;

const OPTIONS = {
  records: { type: "string", default: "200000" },
  "records-per-blob": { type: "string", default: "200" },
  processors: { type: "string", default: "xdr,batch" },
  /** Folder for V8 CPU profiles of the collector. */
  "cpu-prof-dir": { type: "string" },
  /** More flags for the collector's Node.js, separated by blanks: to compare heap sizes. */
  "node-flags": { type: "string", default: "" },
} as const;

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

interface Subject {
  readonly tenant: TenantReady;
  readonly records: number;
  readonly processors: readonly string[];
  readonly nodeFlags: readonly string[];
}

/** `npm run bench`: records per second of one core, against `JSON.parse` of the same records. There is no limit to keep. */
export async function throughput(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const records = Number(values.records);
  const recordsPerBlob = Number(values["records-per-blob"]);
  const processors = values.processors.split(",").filter((id) => id !== "");
  const nodeFlags = values["node-flags"].split(" ").filter((flag) => flag !== "");
  const profileDir = values["cpu-prof-dir"];
  if (profileDir !== undefined) nodeFlags.push("--cpu-prof", `--cpu-prof-dir=${profileDir}`);
  const tenants = await startTenants({ tenants: 1, content: [{ records, recordsPerBlob }] });
  try {
    const subject = { tenant: tenants.ready, records, processors, nodeFlags };
    const runs = [await measure("proto", subject), await measure("json", subject)];
    const limit = await tenants.ask("parse", parseLimit);
    console.log(
      `\n${limit.records.toLocaleString("en")} records, ${Math.round(limit.bytes / limit.records)} bytes each on average, ${recordsPerBlob} in a blob; processors: ${processors.join()}`,
    );
    console.log(
      `Node.js ${process.version}; collector ${canPin ? "bound to one core" : "NOT bound to a core"}; measured after the first ${warmUpRecords(records).toLocaleString("en")} records\n`,
    );
    print(runs, limit);
    return true;
  } finally {
    await tenants.stop();
  }
}

function warmUpRecords(wanted: number): number {
  return Math.min(WARM_UP_RECORDS, wanted / 2);
}

async function measure(encoding: "proto" | "json", subject: Subject): Promise<Run> {
  const { tenant, records: wanted, processors, nodeFlags } = subject;
  const folder = mkdtempSync(join(tmpdir(), "otel-o365-bench-"));
  const sink = await startSink("up");
  const exporter = { encoding, compression: "none" };
  const { child, pid } = startCollector({
    folder,
    tenant,
    endpoint: sink.ready.url,
    processors,
    exporter,
    nodeFlags,
  });
  const started = performance.now();
  const warmUp = warmUpRecords(wanted);
  let warm: Mark | undefined;
  let last: Mark = { at: started, cpu: 0, records: 0 };
  while (last.records < wanted && child.exitCode === null && last.at - started < 600_000) {
    const { records } = await sink.ask("count", sinkCount);
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
  await stopChild(child);
  await sink.stop();
  rmSync(folder, { recursive: true });
  return run;
}

function print(runs: readonly Run[], limit: { readonly records: number; readonly cpuSeconds: number }): void {
  console.log(
    `${"".padEnd(22)}${"per CPU second".padStart(14)}${"per second".padStart(14)}   of the limit   peak MiB   warm-up CPU s`,
  );
  for (const run of runs) {
    const share = run.records / run.cpuSeconds / (limit.records / limit.cpuSeconds);
    const rest = [
      `${(share * 100).toFixed(1)} %`.padStart(15),
      run.peakMiB.toFixed(0).padStart(11),
      run.warmUpCpuSeconds.toFixed(1).padStart(16),
    ];
    console.log(row(`OTLP/HTTP ${run.name}`, run.records, run.cpuSeconds, run.wallSeconds, rest.join("")));
  }
  console.log(row("limit: JSON.parse", limit.records, limit.cpuSeconds, undefined, "100 %".padStart(15)));
}

function row(name: string, records: number, cpu: number, wall: number | undefined, rest: string): string {
  const perSecond = (seconds: number | undefined): string =>
    seconds === undefined ? "-" : Math.round(records / seconds).toLocaleString("en");
  return [name.padEnd(22), perSecond(cpu).padStart(14), perSecond(wall).padStart(14), rest].join("");
}
