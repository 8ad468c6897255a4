import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { Random } from "../emulator/content/random.ts";
import { makeRecordOf } from "../emulator/content/traffic-record.ts";
import { CONTENT_TYPES } from "../emulator/options.ts";
import { factory } from "../processors/xdr/factory.ts";
import { createRecordFactory } from "../receiver/records/record-factory.ts";
import type { Component, LogsConsumer } from "../collector/component.ts";
import { benchSettings } from "./bench-settings.ts";
import { happenedAgain, shuffled, withOwnValues } from "./record-variety.ts";

const SAMPLES = "emulator/data/audit-records.ndjson";
const OPTIONS = {
  /** Rounds of each kind; medians are taken over them. */
  rounds: { type: "string", default: "40" },
  seed: { type: "string", default: "1" },
} as const;
/** Times that each record is in a batch: a round has to be long for a clock of microseconds. */
const COPIES = 8;
/**
 * V8 optimizes the code of a record shape after some 3,000 runs, and does so in threads that the clock counts as well. What
 * a collector does in its first seconds is not what it costs to run.
 */
const WARM_UP_ROUNDS = 450;
/** For the share: rounds and copies of one record alone. */
const ALONE = { rounds: 15, copies: 150 };
/** Blobs of a round of what the emulator makes up. A content blob has tens of records. */
const BLOB = { count: 16, records: 64 };
const TENANT = "8d4121ed-0008-406d-bff9-0d5bb312183c";
const TIME = "2026-05-01T10:00:00";
const never = new AbortController().signal;

const receive = createRecordFactory({
  tenantId: TENANT,
  cloud: "commercial",
  integration: "o365/bench",
  serviceVersion: "0",
  dlpValues: "keep",
  now: Date.now,
});

/** Medians over the rounds. */
interface Cost {
  /** Microseconds of CPU per record. */
  readonly parse: number;
  readonly map: number;
  /** Of mapping to parsing in one and the same round: the clock of a machine changes from one round to the next. */
  readonly ratio: number;
}

/** Texts of a round, batch by batch. */
type Round = readonly (readonly string[])[];

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
  const mixed = shuffled(copies, random);
  const bench = new MappingBench();
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await bench.map(mixed);
    for (const blob of madeUpBlobs(random)) await bench.map(blob);
  }
  console.log(`${texts.length} records, ${rounds} rounds of ${copies.length}; medians of CPU time per record\n`);
  console.log("JSON.parse       xdr   ratio");
  const measured = async (name: string, next: () => Round): Promise<Cost> => {
    const cost = await bench.measure(next, rounds);
    print(name, cost);
    return cost;
  };
  const inOrder = await measured("in the order of the file", () => [copies]);
  await measured("shuffled, as if each had happened again", () => [mixed.map((text) => happenedAgain(text, random))]);
  const fewAlike = Array.from({ length: COPIES }, () => texts);
  await measured(`in ${COPIES} batches of ${texts.length}, hardly two records alike in one`, () => fewAlike);
  const own = (): readonly string[] => mixed.map((text) => withOwnValues(text, random));
  await measured("shuffled, ids, addresses, times and names in each round new", () => [own()]);
  await measured(`the emulator's traffic, in blobs of ${BLOB.records}`, () => madeUpBlobs(random));
  let within = 0;
  for (const text of texts) {
    const alone = Array.from({ length: ALONE.copies }, () => text);
    const { ratio } = await bench.measure(() => [alone], ALONE.rounds);
    if (ratio <= 1) within += 1;
  }
  console.log(`\n${within} of ${texts.length} records take no longer to map than to parse, each by itself`);
  return inOrder.ratio <= 1;
}

/** What the emulator makes up for a tenant: a few kinds of records, and in each of them other users, addresses and ids. */
function madeUpBlobs(random: Random): Round {
  return Array.from({ length: BLOB.count }, () => {
    const type = random.pick(CONTENT_TYPES);
    return Array.from({ length: BLOB.records }, () => {
      const seed = { random, tenantId: TENANT, domain: "contoso.example", id: random.guid(), creationTime: TIME };
      return makeRecordOf(type, seed).text;
    });
  });
}

/** One processor for all that is measured, as a collector has it. */
class MappingBench {
  readonly #processor: Component & LogsConsumer;
  #mapped: readonly ReadableLogRecord[] = [];

  constructor() {
    const next = { consume: async (records: readonly ReadableLogRecord[]) => void (this.#mapped = records) };
    this.#processor = factory.create(benchSettings(), factory.config.parse({}), next);
  }

  async map(texts: readonly string[]): Promise<void> {
    await this.#processor.consume(receive.records(texts, undefined), never);
    if (this.#mapped.length < texts.length) throw new Error("Cannot measure: records were lost");
  }

  /**
   * Rounds of parsing, of receiving, and of receiving and mapping in turn, so that all have the same share of what else goes
   * on. Mapping costs what the third takes more than the second: it reads strings that nobody has hashed or flattened yet, and
   * what it leaves behind has to be collected, with what receiving leaves.
   *
   * @param next Gives the texts of a round.
   */
  async measure(next: () => Round, rounds: number): Promise<Cost> {
    const costs: Cost[] = [];
    let parsed: unknown;
    for (let round = 0; round < rounds; round += 1) {
      const batches = next();
      const timed = async (work: (texts: readonly string[]) => unknown): Promise<number> =>
        cpuMicros(async () => {
          for (const texts of batches) parsed = await work(texts);
        });
      const parsing = await timed((texts) => texts.map((text): unknown => JSON.parse(text)));
      const receiving = await timed((texts) => receive.records(texts, undefined));
      const mapping = (await timed((texts) => this.map(texts))) - receiving;
      const records = batches.flat().length;
      costs.push({ parse: parsing / records, map: mapping / records, ratio: mapping / parsing });
      this.#mapped = [];
    }
    if (parsed !== undefined) throw new Error("Cannot measure: records were kept");
    const of = (part: keyof Cost): number => median(costs.map((cost) => cost[part]));
    return { parse: of("parse"), map: of("map"), ratio: of("ratio") };
  }
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

function print(name: string, { parse, map, ratio }: Cost): void {
  const figures = [parse.toFixed(2), map.toFixed(2)].map((text) => text.padStart(7));
  console.log(`${figures.join(" µs ")} µs ${ratio.toFixed(2).padStart(6)}  ${name}`);
}
