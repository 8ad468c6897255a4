import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { Random } from "../emulator/content/random.ts";
import { factory } from "../processors/xdr/factory.ts";
import { createRecordFactory } from "../receiver/records/record-factory.ts";
import type { Component, LogsConsumer } from "../collector/component.ts";
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
/**
 * V8 optimizes the code of a record shape after some 3,000 runs, and does so in threads that the clock counts as well. What
 * a collector does in its first seconds is not what it costs to run.
 */
const WARM_UP_ROUNDS = 450;
/** For the share: rounds and copies of one record alone. */
const ALONE = { rounds: 15, copies: 150 };
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
  const mixed = shuffled(copies, random);
  const bench = new MappingBench();
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await bench.map(mixed);
  const fewAlike = Array.from({ length: COPIES }, () => texts);
  console.log(`${texts.length} records, ${rounds} rounds of ${copies.length}; medians of CPU time per record\n`);
  console.log("JSON.parse       xdr   ratio");
  const inOrder = await bench.measure(() => [copies], rounds);
  print("in the order of the file", inOrder);
  print("shuffled", await bench.measure(() => [mixed], rounds));
  print(
    `in ${COPIES} batches of ${texts.length}, hardly two records alike in one`,
    await bench.measure(() => fewAlike, rounds),
  );
  const own = (): readonly string[] => mixed.map((text) => withOwnValues(text, random));
  print("shuffled, ids, addresses, times and names in each round new", await bench.measure(() => [own()], rounds));
  let within = 0;
  for (const text of texts) {
    const alone = Array.from({ length: ALONE.copies }, () => text);
    const { parse, map } = await bench.measure(() => [alone], ALONE.rounds);
    if (map <= parse) within += 1;
  }
  console.log(`\n${within} of ${texts.length} records take no longer to map than to parse, each by itself`);
  return inOrder.map <= inOrder.parse;
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
   * @param batches Gives the texts of a round, batch by batch.
   */
  async measure(batches: () => readonly (readonly string[])[], rounds: number): Promise<Medians> {
    const times: Record<"parse" | "receive" | "map", number[]> = { parse: [], receive: [], map: [] };
    let parsed: unknown;
    let records = 0;
    for (let round = 0; round < rounds; round += 1) {
      const all = batches();
      records = all.flat().length;
      const timed = async (work: (texts: readonly string[]) => unknown): Promise<number> =>
        cpuMicros(async () => {
          for (const texts of all) parsed = await work(texts);
        });
      times.parse.push(await timed((texts) => texts.map((text): unknown => JSON.parse(text))));
      times.receive.push(await timed((texts) => receive.records(texts, undefined)));
      times.map.push(await timed((texts) => this.map(texts)));
      this.#mapped = [];
    }
    if (parsed !== undefined) throw new Error("Cannot measure: records were kept");
    return { parse: median(times.parse) / records, map: (median(times.map) - median(times.receive)) / records };
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

function print(name: string, { parse, map }: Medians): void {
  const figures = [parse.toFixed(2), map.toFixed(2)].map((text) => text.padStart(7));
  console.log(`${figures.join(" µs ")} µs ${(map / parse).toFixed(2).padStart(6)}  ${name}`);
}
