import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { AuditLogRecord } from "../collector/record.ts";
import { Random } from "../emulator/content/random.ts";
import { factory } from "../processors/xdr/factory.ts";
import { createRecordFactory } from "../receiver/records/record-factory.ts";
import { benchSettings } from "./bench-settings.ts";
import { shuffled, withOwnValues } from "./record-variety.ts";

const SAMPLES = "emulator/data/audit-records.ndjson";
const OPTIONS = {
  /** Rounds of each kind; medians are taken over them. */
  rounds: { type: "string", default: "40" },
  seed: { type: "string", default: "1" },
} as const;
/** Times that each record is in a batch: a round has to be long for a clock of microseconds. */
const COPIES = 8;
const WARM_UP_ROUNDS = 10;
/** For the share: rounds and copies of one record alone. */
const ALONE = { rounds: 7, copies: 150, warmUp: 2 };
const never = new AbortController().signal;

const receive = createRecordFactory({
  tenantId: "8d4121ed-0008-406d-bff9-0d5bb312183c",
  cloud: "commercial",
  integration: "o365/bench",
  serviceVersion: "0",
  dlpValues: "keep",
  now: Date.now,
});

/** Microseconds of CPU per record. */
interface Medians {
  readonly parse: number;
  readonly map: number;
}

/**
 * CPU time of `xdr` beside `JSON.parse` of the same records. The limit is the time of JSON.parse for the records as they
 * come; whether it is kept is what it resolves to.
 */
export async function xdr(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const rounds = Number(values.rounds);
  const random = new Random(values.seed);
  const texts = readFileSync(SAMPLES, "utf8").trimEnd().split("\n");
  const copies = Array.from({ length: COPIES }, () => texts).flat();
  console.log(`${texts.length} records, ${rounds} rounds of ${copies.length}; medians of CPU time per record\n`);
  console.log("JSON.parse       xdr   ratio");
  const inOrder = await measure(copies, rounds, WARM_UP_ROUNDS);
  print("in the order of the file", inOrder);
  const mixed = shuffled(copies, random);
  print("shuffled", await measure(mixed, rounds, WARM_UP_ROUNDS));
  const own = mixed.map((text) => withOwnValues(text, random));
  print("shuffled, ids, addresses, times and names of each record its own", await measure(own, rounds, WARM_UP_ROUNDS));
  let within = 0;
  for (const text of texts) {
    const alone = Array.from({ length: ALONE.copies }, () => text);
    const { parse, map } = await measure(alone, ALONE.rounds, ALONE.warmUp);
    if (map <= parse) within += 1;
  }
  console.log(`\n${within} of ${texts.length} records take no longer to map than to parse, each by itself`);
  return inOrder.map <= inOrder.parse;
}

/** Rounds of one and the other in turn, so that both have the same share of what else goes on. */
async function measure(texts: readonly string[], rounds: number, warmUp: number): Promise<Medians> {
  let mapped: readonly ReadableLogRecord[] = [];
  const next = { consume: async (records: readonly ReadableLogRecord[]) => void (mapped = records) };
  const processor = factory.create(benchSettings(), factory.config.parse({}), next);
  const parseTimes: number[] = [];
  const mapTimes: number[] = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    const parse = await cpuMicros(async () => void texts.map((text): unknown => JSON.parse(text)));
    // Mapping reads what has just been parsed, as in the collector: strings that nobody has hashed or flattened yet.
    const records: readonly AuditLogRecord[] = receive.records(texts, undefined);
    const map = await cpuMicros(() => processor.consume(records, never));
    if (mapped.length < texts.length) throw new Error("Cannot measure: records were lost");
    if (round < 0) continue;
    parseTimes.push(parse / texts.length);
    mapTimes.push(map / texts.length);
  }
  return { parse: median(parseTimes), map: median(mapTimes) };
}

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** Microseconds of CPU of the whole process, collection of the garbage that the work makes included; what was there before is collected first. */
async function cpuMicros(work: () => Promise<void>): Promise<number> {
  if (typeof collectGarbage === "function") collectGarbage({ type: "minor" });
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(name: string, { parse, map }: Medians): void {
  const figures = [parse.toFixed(2), map.toFixed(2)].map((text) => text.padStart(7));
  console.log(`${figures.join(" µs ")} µs ${(map / parse).toFixed(2).padStart(6)}  ${name}`);
}
