import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { auditRecordOf, type JsonObject } from "../collector/record.ts";
import { Random } from "../emulator/content/random.ts";
import { type AuditSource, type MappedRecord, XdrMapper } from "../processors/xdr/mapper.ts";
import type { XdrOptions } from "../processors/xdr/options.ts";
import { createRecordFactory } from "../receiver/records/record-factory.ts";
import { Mutator } from "./mutate.ts";
import { assertSound } from "./sound.ts";
import { mapStraight } from "./straight-mapping.ts";

/** What the mapping is tried with; records take them in turn, each by a mapper that has seen all records before. */
const VARIANTS: readonly XdrOptions[] = [
  {},
  { extensions: "none", tenantId: "11063" },
  { extensions: "common", antivirus: false },
  {},
  { emitUnverified: true },
  {
    mapping: {
      all: [
        { to: "o365.all", from: ["ClientIP", "UserId", "Operation"], join: "|" },
        { to: "xdr.sensor_tenant", from: "NoSuchField", replace: true },
        { to: "o365.workload", drop: true, when: { not: { path: "ResultStatus", in: ["Succeeded"] } } },
        { to: ["o365.one", "o365.two"], from: "@o365.all", when: { outcomes: ["failure"] } },
      ],
      auth: [
        {
          to: "o365.agent",
          from: "ExtendedProperties[UserAgent]",
          when: { field: { path: "Workload", in: ["AzureActiveDirectory"] } },
        },
      ],
    },
  },
];
const NOW = Date.UTC(2026, 10, 22);

/** Maps one record; what is tried, so that a test can pass one that is wrong. */
export type Mapping = (mapper: XdrMapper, source: AuditSource) => MappedRecord;

export interface FuzzOptions {
  /** Real records to change. */
  readonly samples: readonly JsonObject[];
  readonly records: number;
  readonly seed: number;
  /** Default 0: the number of the first record; for one that failed. */
  readonly first?: number;
  readonly map?: Mapping;
  readonly onProgress?: (done: number) => void;
}

/** The first record that failed. */
export interface FuzzFailure {
  /** Its number: with the seed it gives the same record again. */
  readonly record: number;
  readonly text: string;
  readonly options: XdrOptions;
  readonly error: Error;
}

const receive = createRecordFactory({
  tenantId: "8d4121ed-0008-406d-bff9-0d5bb312183c",
  cloud: "commercial",
  integration: "o365/fuzz",
  serviceVersion: "0",
  dlpValues: "keep",
  now: () => NOW,
});

/**
 * Maps changed records until one breaks a promise of the mapping: it never throws, says nothing empty and nothing that the
 * schema does not confirm, leaves the record as it is, gives the same again, and gives what the tables say read one by one.
 */
export function fuzz({
  samples,
  records,
  seed,
  first = 0,
  map = mapPlainly,
  onProgress,
}: FuzzOptions): FuzzFailure | undefined {
  const mutator = new Mutator(samples);
  const mappers = VARIANTS.map((options) => ({ options, mapper: new XdrMapper(options) }));
  for (let record = first; record < first + records; record += 1) {
    const text = mutator.text(new Random("xdr", seed, record));
    const variant = mappers[record % mappers.length];
    if (variant === undefined) break;
    try {
      tryOne(text, variant.mapper, variant.options, map);
    } catch (error) {
      return {
        record,
        text,
        options: variant.options,
        error: error instanceof Error ? error : new Error(String(error)),
      };
    }
    if ((record + 1) % 100_000 === 0) onProgress?.(record + 1 - first);
  }
  return undefined;
}

function mapPlainly(mapper: XdrMapper, source: AuditSource): MappedRecord {
  return mapper.map(source);
}

function tryOne(text: string, mapper: XdrMapper, options: XdrOptions, map: Mapping): void {
  const [received] = receive.records([text], undefined);
  if (received === undefined) return;
  const record = auditRecordOf(received);
  const before = JSON.stringify(record);
  const source: AuditSource = { record, text, attributes: received.attributes, integration: "o365/fuzz", nowMs: NOW };
  const mapped = map(mapper, source);
  assertSound(mapped, options.emitUnverified);
  const copy = mapper.mapEmailCopy(source);
  if (copy !== undefined) assertSound(copy, options.emitUnverified);
  assertSame(map(mapper, source).attributes, mapped.attributes);
  assertSame(mapStraight(source, options), mapped.attributes);
  assert.ok(JSON.stringify(record) === before, "the record has changed");
}

function assertSame(expected: object, actual: object): void {
  // What finds no difference fast explains none.
  if (!isDeepStrictEqual(actual, expected)) assert.deepEqual(actual, expected);
}
