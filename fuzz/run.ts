import { inspect } from "node:util";
import type { JsonObject } from "../collector/record.ts";
import type { Failure } from "./messages.ts";
import { Records, RUN_LENGTH } from "./records.ts";
import { type Mapping, Trial } from "./trial.ts";
import { VARIANTS } from "./variants.ts";

/** Records that the same mappers see, one after the other: numbers from a multiple of it to the next. */
export const PART_LENGTH: number = 64 * RUN_LENGTH;
/** How often the caller hears of progress. */
const STEP = 1024;

export interface FuzzOptions {
  /** Real records to change. */
  readonly samples: readonly JsonObject[];
  readonly records: number;
  readonly seed: number;
  /** Default 0: the number of the first record. */
  readonly first?: number;
  /** Default: the processor's. */
  readonly map?: Mapping;
}

/** Maps changed records until one breaks a promise of the mapping. */
export function fuzz(options: FuzzOptions): Failure | undefined {
  const steps = fuzzInSteps(options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `fuzz`; yields how many records were tried since it yielded last. */
export function* fuzzInSteps(options: FuzzOptions): Generator<number, Failure | undefined> {
  const { samples, seed, first = 0, map = mapPlainly } = options;
  const records = new Records(samples, seed, VARIANTS.length);
  const end = first + options.records;
  let trial = new Trial(map);
  let since = 0;
  for (let number = first; number < end; number += 1) {
    if (number % PART_LENGTH === 0) trial = new Trial(map);
    const reason = failureOf(trial, records, number);
    if (reason !== undefined) return explain(records, { number, first, reason, map });
    since += 1;
    if (since < STEP && number + 1 < end) continue;
    yield since;
    since = 0;
  }
  return undefined;
}

function mapPlainly(...[mapper, source]: Parameters<Mapping>): ReturnType<Mapping> {
  return mapper.map(source);
}

function failureOf(trial: Trial, records: Records, number: number): string | undefined {
  try {
    trial.try(records.at(number));
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

interface Found {
  readonly number: number;
  readonly first: number;
  readonly reason: string;
  readonly map: Mapping;
}

/** A failure, and what it takes to see it again: the record alone, the records of its run, or all that the mappers had seen. */
function explain(records: Records, { number, first, reason, map }: Found): Failure {
  const { text, variant } = records.at(number);
  const seen = Math.max(first, number - (number % PART_LENGTH));
  const run = Math.max(first, number - (number % RUN_LENGTH));
  const start = [number, run, seen].find((start) => failsFrom(records, start, number, map));
  return {
    record: number,
    text,
    options: inspect(VARIANTS[variant], { depth: 9 }),
    reason,
    again: start === undefined ? undefined : { first: start, records: number - start + 1 },
  };
}

function failsFrom(records: Records, start: number, end: number, map: Mapping): boolean {
  const trial = new Trial(map);
  for (let number = start; number < end; number += 1) failureOf(trial, records, number);
  return failureOf(trial, records, end) !== undefined;
}
