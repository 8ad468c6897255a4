import assert from "node:assert/strict";
import type { Attributes } from "@opentelemetry/api";
import { auditRecordOf } from "../collector/record.ts";
import { type AuditSource, type MappedRecord, XdrMapper } from "../processors/xdr/mapper.ts";
import type { XdrOptions } from "../processors/xdr/options.ts";
import { createRecordFactory } from "../receiver/records/record-factory.ts";
import { SECRET } from "./odd-values.ts";
import type { MadeRecord } from "./records.ts";
import { hasExactly, same } from "./same.ts";
import { assertSilent, assertSound } from "./sound.ts";
import { type StraightAttributes, StraightMapper } from "./straight-mapping.ts";
import { VARIANTS } from "./variants.ts";

const NOW = Date.UTC(2026, 10, 22);
const INTEGRATION = "o365/fuzz";
/** Early, so that most records are mapped by code; and as the processor has it. */
const RUNS_BEFORE_CODE = [3, 12, undefined];

const receive = createRecordFactory({
  tenantId: "8d4121ed-0008-406d-bff9-0d5bb312183c",
  cloud: "commercial",
  integration: INTEGRATION,
  serviceVersion: "0",
  dlpValues: "keep",
  now: () => NOW,
});

/** Maps one record; what is tried, so that a test can pass one that is wrong. */
export type Mapping = (mapper: XdrMapper, source: AuditSource) => MappedRecord;

interface Lane {
  readonly options: XdrOptions;
  readonly mapper: XdrMapper;
  readonly straight: StraightMapper;
  /** What the record before was given, and what it should have been given. */
  given: Attributes;
  expected: StraightAttributes;
  /** The record before. */
  before: AuditSource | undefined;
}

/** Mappers that have seen nothing yet, one for each variant of options. Each sees all records that are tried with its options. */
export class Trial {
  readonly #map: Mapping;
  readonly #lanes: readonly Lane[];

  constructor(map: Mapping) {
    this.#map = map;
    this.#lanes = VARIANTS.map((options, lane) => ({
      options,
      mapper: new XdrMapper(options, RUNS_BEFORE_CODE[lane % RUNS_BEFORE_CODE.length]),
      straight: new StraightMapper(options),
      given: {},
      expected: new Map(),
      before: undefined,
    }));
  }

  /**
   * Maps a record as often as it takes to see that the mapping keeps its promises: it says nothing empty and nothing that the
   * schema does not confirm, leaves the record as it is, gives the same again, and gives what the tables say read one by one.
   *
   * @throws {Error} When it breaks one, or throws.
   */
  try({ text, variant, content, attributes: further }: MadeRecord): void {
    const lane = this.#lanes[variant];
    const [received] = receive.records([text], content);
    if (lane === undefined || received === undefined) assert.fail("there is nothing to try");
    const record = auditRecordOf(received);
    const sent = { ...received.attributes, ...further };
    const came = { ...sent };
    const source: AuditSource = {
      record,
      text,
      attributes: sent,
      integration: INTEGRATION,
      nowMs: NOW,
    };
    const mapped = this.#map(lane.mapper, source);
    const { attributes } = mapped;
    const copy = lane.mapper.mapEmailCopy(source);
    const again = this.#map(lane.mapper, source).attributes;
    assert.notEqual(again, attributes, "two records share their attributes");
    assertSame(attributes, again);
    for (const one of copy === undefined ? [mapped] : [mapped, copy]) {
      assertSound(one, lane.options.emitUnverified);
      if (text.includes(SECRET)) assertSilent(one, SECRET, came);
    }
    const expected = lane.straight.map(source);
    assertGiven(attributes, expected.attributes);
    assertGiven(copy?.attributes, expected.copy);
    assertGiven(lane.given, lane.expected);
    assertBatch(lane, source, attributes);
    lane.before = source;
    lane.given = again;
    lane.expected = expected.attributes;
    assertSame(sent, came);
    // Nearly every record is written as it was made.
    const written = JSON.stringify(record);
    if (written !== text) assert.ok(written === writtenAnew(text), "the record has changed");
  }
}

/** In a batch, records have the attributes that they have alone. */
function assertBatch({ mapper, before, given }: Lane, source: AuditSource, attributes: Attributes): void {
  const failed = (_index: number, error: unknown): void => {
    throw error;
  };
  const [first, second, third] = mapper.mapAll([source, before, source], failed);
  if (first === undefined || third === undefined) assert.fail("a batch comes back without a record");
  assertSame(first.attributes, attributes);
  assertSame(third.attributes, attributes);
  if (second !== undefined) assertSame(second.attributes, given);
}

// What finds a difference fast explains none.

function assertSame(actual: Attributes, expected: Attributes): void {
  if (same(actual, expected)) return;
  assert.deepEqual(actual, expected);
  assert.fail("the attributes are not the same");
}

function assertGiven(actual: Attributes | undefined, expected: StraightAttributes | undefined): void {
  if (actual === undefined ? expected === undefined : expected !== undefined && hasExactly(actual, expected)) return;
  assert.deepEqual(actual, expected === undefined ? undefined : Object.fromEntries(expected));
  assert.fail("the attributes are not those of the tables");
}

/** A record's text as it is written once it has been read. */
function writtenAnew(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(parsed);
  } catch {
    return "null";
  }
}
