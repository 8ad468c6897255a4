import { parseArgs } from "node:util";
import { measureMemory, type MemoryRun, type Sample } from "./memory-run.ts";

/** What the whole process may have resident at its peak. */
const LIMIT_MIB = 256;
const LARGE_BLOBS_MB = [1.2, 50];
/** A made-up record, in bytes. */
const RECORD_BYTES = 1140;

const OPTIONS = {
  records: { type: "string", default: "2000000" },
  "records-per-blob": { type: "string", default: "100" },
  "backlog-only": { type: "boolean", default: false },
  /** More flags for the collector's Node.js, separated by blanks: to find out what takes the memory. */
  "node-flags": { type: "string", default: "" },
} as const;

/** `npm run bench -- memory`: a backlog met with the backend down, and large blobs. False when the peak is over the limit. */
export async function memory(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const nodeFlags = values["node-flags"].split(" ").filter((flag) => flag !== "");
  const records = Number(values.records);
  const recordsPerBlob = Number(values["records-per-blob"]);
  const peaks: number[] = [];

  if (records > 0) {
    console.log(
      `\n${records.toLocaleString("en")} records, ${recordsPerBlob} in a blob; the backend is down until all is listed and nothing more is taken in\n`,
    );
    console.log("minute   RSS MiB      records   owed blobs   WAL MiB");
    const backlog = await measureMemory({
      content: [{ records, recordsPerBlob }],
      backend: "down",
      nodeFlags,
      onSample: eachMinute(),
    });
    reportSlope(backlog);
    peaks.push(backlog.peakMiB);
    console.log(`CPU of the collector: ${backlog.cpuSeconds.toFixed(0)} s`);
    console.log(verdict("peak of the backlog", backlog.peakMiB));
  }
  for (const megabytes of values["backlog-only"] ? [] : LARGE_BLOBS_MB) {
    const count = Math.ceil((megabytes * 1e6) / RECORD_BYTES);
    const { peakMiB } = await measureMemory({
      content: [{ records: count, recordsPerBlob: count }],
      backend: "up",
      nodeFlags,
    });
    peaks.push(peakMiB);
    console.log(verdict(`peak with one blob of ${megabytes} MB (${count.toLocaleString("en")} records)`, peakMiB));
  }
  return peaks.every((peak) => peak <= LIMIT_MIB);
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
function reportSlope({ samples }: MemoryRun): void {
  const draining = samples.filter(({ phase }) => phase === "draining");
  const half = draining.slice(Math.floor(draining.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined || half.length < 2) return;
  print(last);
  const perMinute = slope(half) * 60;
  const minutes = (last.seconds - first.seconds) / 60;
  console.log(
    `\nslope over the second half of the drain: ${perMinute.toFixed(1)} MiB a minute, ${(perMinute * minutes).toFixed(1)} MiB in ${minutes.toFixed(1)} minutes and ${(last.records - first.records).toLocaleString("en")} records`,
  );
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

function verdict(what: string, peakMiB: number): string {
  return `${peakMiB <= LIMIT_MIB ? "ok  " : "OVER"} ${what}: ${peakMiB.toFixed(0)} MiB of ${LIMIT_MIB}`;
}
