import { parseArgs } from "node:util";
import { measureMemory, type MemoryRun, type Sample } from "./memory-run.ts";

/** What the whole process may have resident at its peak. */
const LIMIT_MIB = 256;
/** What the straight line through the second half may rise by, on top of the ids of the records: the teeth of garbage collection. */
const FLAT_MIB = 16;
/** The ledger's index of records that were delivered. */
const BYTES_PER_ID = 14;
const LARGE_BLOBS_MB = [1.2, 50];
/** A made-up record, in bytes. */
const RECORD_BYTES = 1140;

const OPTIONS = {
  /** 0: only the large blobs. */
  records: { type: "string", default: "2000000" },
  "records-per-blob": { type: "string", default: "100" },
  /** So many tenants have an equal part of the records each. */
  integrations: { type: "string", default: "1" },
  "no-large-blobs": { type: "boolean", default: false },
  /** More flags for the collector's Node.js, separated by blanks: to find out what takes the memory. */
  "node-flags": { type: "string", default: "" },
} as const;

interface Backlog {
  readonly integrations: number;
  /** Of each integration. */
  readonly records: number;
  readonly recordsPerBlob: number;
}

/** `npm run bench -- memory`: a backlog met with the backend down, and large blobs. False when the peak is over the limit, or memory grows. */
export async function memory(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const nodeFlags = values["node-flags"].split(" ").filter((flag) => flag !== "");
  const integrations = Number(values.integrations);
  const records = Math.ceil(Number(values.records) / integrations);
  const backlog = { integrations, records, recordsPerBlob: Number(values["records-per-blob"]) };
  let kept = true;
  if (records > 0) kept = await measureBacklog(backlog, nodeFlags);
  for (const megabytes of values["no-large-blobs"] ? [] : LARGE_BLOBS_MB) {
    const count = Math.ceil((megabytes * 1e6) / RECORD_BYTES);
    const content = [{ records: count, recordsPerBlob: count }];
    const { peakMiB } = await measureMemory({ content, backend: "up", nodeFlags });
    const what = `peak with one blob of ${megabytes} MB (${count.toLocaleString("en")} records)`;
    kept = verdict(what, peakMiB, LIMIT_MIB) && kept;
  }
  return kept;
}

async function measureBacklog(backlog: Backlog, nodeFlags: readonly string[]): Promise<boolean> {
  const { integrations, records, recordsPerBlob } = backlog;
  console.log(
    `\n${(records * integrations).toLocaleString("en")} records, ${recordsPerBlob} in a blob, of ${integrations} integrations; the backend is down until all is listed and nothing more is taken in\n`,
  );
  console.log("minute   RSS MiB      records   owed blobs   WAL MiB");
  const content = [{ records, recordsPerBlob }];
  const run = await measureMemory({ integrations, content, backend: "down", nodeFlags, onSample: eachMinute() });
  const last = run.samples.at(-1);
  if (last !== undefined) print(last);
  console.log(`\nCPU of the collector: ${run.cpuSeconds.toFixed(0)} s`);
  const isFlat = reportGrowth(run);
  return verdict("peak of the backlog", run.peakMiB, LIMIT_MIB) && isFlat;
}

/** Prints the last sample of every minute. */
function eachMinute(): (sample: Sample) => void {
  let last: Sample | undefined;
  return (sample) => {
    if (last === undefined || minuteOf(sample) > minuteOf(last) || sample.phase !== last.phase) print(sample);
    last = sample;
  };
}

function minuteOf({ seconds }: Sample): number {
  return Math.floor(seconds / 60);
}

function print({ seconds, residentMiB, records, owedBlobs, walMiB, phase }: Sample): void {
  const cells = [
    (seconds / 60).toFixed(1).padStart(6),
    residentMiB.toFixed(0).padStart(10),
    records.toLocaleString("en").padStart(13),
    owedBlobs.toLocaleString("en").padStart(13),
    walMiB.toFixed(1).padStart(10),
  ];
  console.log(`${cells.join("")}   ${phase}`);
}

/** The straight line through the second half of the drain. */
function reportGrowth({ samples }: MemoryRun): boolean {
  const draining = samples.filter(({ phase }) => phase === "draining");
  const half = draining.slice(Math.floor(draining.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined || half.length < 10) return true;
  const perSecond = slope(half);
  const ids = ((last.records - first.records) * BYTES_PER_ID) / 2 ** 20;
  const minutes = (last.seconds - first.seconds) / 60;
  console.log(
    `second half of the drain: ${minutes.toFixed(1)} minutes, slope ${(perSecond * 60).toFixed(1)} MiB a minute; ids of ${(last.records - first.records).toLocaleString("en")} records ${ids.toFixed(1)} MiB`,
  );
  return verdict("growth in that half beside the ids", perSecond * 60 * minutes - ids, FLAT_MIB);
}

/** MiB a second, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const time = mean(({ seconds }) => seconds);
  const memory = mean(({ residentMiB }) => residentMiB);
  const both = mean(({ seconds, residentMiB }) => (seconds - time) * (residentMiB - memory));
  return both / mean(({ seconds }) => (seconds - time) ** 2);
}

function verdict(what: string, mebibytes: number, limit: number): boolean {
  const isKept = mebibytes <= limit;
  console.log(`${isKept ? "ok  " : "OVER"} ${what}: ${mebibytes.toFixed(0)} MiB, limit ${limit}`);
  return isKept;
}
