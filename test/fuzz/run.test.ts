import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Attributes } from "@opentelemetry/api";
import { parseObject, type JsonValue } from "../../collector/record.ts";
import { SECRET } from "../../fuzz/odd-values.ts";
import { Records } from "../../fuzz/records.ts";
import { fuzz } from "../../fuzz/run.ts";
import { readSamples } from "../../fuzz/samples.ts";
import type { Mapping } from "../../fuzz/trial.ts";
import type { AuditSource, MappedRecord, XdrMapper } from "../../processors/xdr/mapper.ts";

const samples = readSamples();
const RECORDS = 1024;

/** The processor's mapping, and something that it does not give. */
const adding = (mapped: MappedRecord, added: Attributes): MappedRecord => ({
  ...mapped,
  attributes: { ...mapped.attributes, ...added },
});

/** How often a mapper was asked for a record with the same names in the same order, this time included. */
function timesSeen(): (mapper: XdrMapper, source: AuditSource) => number {
  const seen = new WeakMap<XdrMapper, Map<string, number>>();
  return (mapper, { record }) => {
    const ofMapper = seen.get(mapper) ?? new Map<string, number>();
    seen.set(mapper, ofMapper);
    const names = Object.keys(record ?? {}).join("\n");
    const times = (ofMapper.get(names) ?? 0) + 1;
    ofMapper.set(names, times);
    return times;
  };
}

suite("fuzz()", () => {
  test("finds nothing wrong with the mapping", (t) => {
    const seed = Date.now() % 2 ** 32;
    t.diagnostic(`seed ${seed}`);
    const failure = fuzz({ samples, records: RECORDS, seed });
    assert.equal(failure, undefined, `seed ${seed}, record ${failure?.record}: ${failure?.text}\n${failure?.reason}`);
  });

  let calls = 0;
  const faults: { name: string; map: Mapping; says: RegExp }[] = [
    {
      name: "an empty attribute",
      map: (mapper, source) => adding(mapper.map(source), { "o365.nothing": "" }),
      says: /o365\.nothing is ''/,
    },
    {
      name: "an empty value inside an attribute",
      map: (mapper, source) => adding(mapper.map(source), { "o365.nothing": { in: [{ it: null }] } }),
      says: /o365\.nothing\.in\.0\.it is null/,
    },
    {
      name: "a value that is no plain object",
      map: (mapper, source) => adding(mapper.map(source), { "o365.strange": { in: new Date(0) } }),
      says: /o365\.strange\.in has another prototype/,
    },
    {
      name: "a field that the schema does not confirm",
      map: (mapper, source) => adding(mapper.map(source), { "xdr.invented": "x" }),
      says: /xdr\.invented is not confirmed/,
    },
    {
      name: "a value that a data loss prevention rule matched",
      map: (mapper, source) =>
        source.text?.includes(SECRET) === true
          ? adding(mapper.map(source), { "o365.shown": [source.text] })
          : mapper.map(source),
      says: /o365\.shown shows 4111/,
    },
    {
      name: "a record that is changed",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        if (source.record !== null) Reflect.set(source.record, "Version", "1.000");
        return mapped;
      },
      says: /the record has changed/,
    },
    {
      name: "attributes that the record came with and that are changed",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        Reflect.set(source.attributes ?? {}, "o365.added", 1);
        return mapped;
      },
      says: /o365\.added/,
    },
    {
      name: "attributes that the record came with and that are overwritten",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        return source.attributes?.["user.name"] === 7 ? adding(mapped, { "user.name": "ann" }) : mapped;
      },
      says: /user\.name/,
    },
    {
      name: "another result the second time",
      map: (mapper, source) => {
        calls += 1;
        return adding(mapper.map(source), { "o365.calls": calls });
      },
      says: /o365\.calls/,
    },
    {
      name: "an attribute that is missing",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        const { "o365.id": _missing, ...attributes } = mapped.attributes;
        return { ...mapped, attributes };
      },
      says: /o365\.id/,
    },
    {
      name: "an exception",
      map: () => {
        throw new TypeError("thrown on purpose");
      },
      says: /thrown on purpose/,
    },
  ];
  for (const { name, map, says } of faults) {
    test(`finds ${name}, and again with the record's number alone`, () => {
      const failure = fuzz({ samples, records: RECORDS, seed: 7, map });
      assert.match(failure?.reason ?? "", says);
      assert.deepEqual(failure?.again, { first: failure?.record, records: 1 });
      const again = fuzz({ samples, seed: 7, map, first: failure?.record ?? -1, records: 1 });
      assert.equal(again?.text, failure?.text);
      assert.match(again?.reason ?? "", says);
    });
  }

  const late: { name: string; map: () => Mapping; within: number }[] = [
    {
      name: "an attribute that is missing once a shape has come for the 20th time",
      map: () => {
        const seen = timesSeen();
        return (mapper, source) => {
          const mapped = mapper.map(source);
          if (seen(mapper, source) < 20) return mapped;
          const { "o365.outcome": _missing, ...attributes } = mapped.attributes;
          return { ...mapped, attributes };
        };
      },
      within: 256,
    },
    {
      name: "a list that passes for a text once a shape has come for the 20th time",
      map: () => {
        const seen = timesSeen();
        return (mapper, source) => {
          const mapped = mapper.map(source);
          const user = source.record?.["UserId"];
          return seen(mapper, source) >= 20 && Array.isArray(user)
            ? adding(mapped, { "user.name": String(user) })
            : mapped;
        };
      },
      within: 256,
    },
    {
      name: "what goes wrong once a mapper has seen many records",
      map: () => {
        const seen = new WeakMap<XdrMapper, number>();
        return (mapper, source) => {
          seen.set(mapper, (seen.get(mapper) ?? 0) + 1);
          const wrong = (seen.get(mapper) ?? 0) > 200;
          return wrong ? adding(mapper.map(source), { "o365.late": 1 }) : mapper.map(source);
        };
      },
      within: 4096,
    },
    {
      name: "attributes that change when the next record is mapped",
      map: () => {
        let last: { mapped: MappedRecord; source: AuditSource } | undefined;
        return (mapper, source) => {
          if (last !== undefined && last.source !== source) Reflect.set(last.mapped.attributes, "o365.outcome", "x");
          last = { mapped: mapper.map(source), source };
          return last.mapped;
        };
      },
      within: 256,
    },
  ];
  for (const { name, map, within } of late) {
    test(`finds ${name}, and says which records it takes to see it again`, () => {
      const failure = fuzz({ samples, records: 4096, seed: 7, map: map() });
      const { record, again } = failure ?? {};
      assert.ok(record !== undefined && again !== undefined, "nothing was found");
      assert.ok(again.records > 1 && again.records <= within, `${again.records} records`);
      assert.equal(again.first + again.records - 1, record);
      assert.equal(fuzz({ samples, seed: 7, map: map(), ...again })?.record, record);
      assert.equal(fuzz({ samples, seed: 7, map: map(), first: record, records: 1 }), undefined);
    });
  }
});

suite("Records", () => {
  const VARIANTS = 6;
  const at = (seed: number, number: number): string => new Records(samples, seed, VARIANTS).at(number).text;

  test("at() gives the same for a number whatever was asked before, and something else for another seed", () => {
    const records = new Records(samples, 1, VARIANTS);
    for (const number of [5, 700, 6, 5]) assert.equal(records.at(number).text, at(1, number));
    assert.notEqual(at(1, 5), at(2, 5));
  });

  test("at() gives structures again, members of each in several types, and all variants", () => {
    const records = new Records(samples, 3, VARIANTS);
    const structures = new Map<string, { times: number; types: Map<string, Set<string>> }>();
    const variants = new Set<number>();
    let malformed = 0;
    for (let number = 0; number < 2048; number += 1) {
      const { text, variant } = records.at(number);
      variants.add(variant);
      const record = parseObject(text);
      if (record === null) {
        malformed += 1;
        continue;
      }
      const names = Object.keys(record).join("\n");
      const structure = structures.get(names) ?? { times: 0, types: new Map<string, Set<string>>() };
      structures.set(names, structure);
      structure.times += 1;
      for (const [name, value] of Object.entries(record)) {
        structure.types.set(name, (structure.types.get(name) ?? new Set()).add(typeOf(value)));
      }
    }
    assert.equal(variants.size, VARIANTS);
    assert.ok(malformed > 0 && malformed < 20, `${malformed} malformed`);
    const often = [...structures.values()].filter(({ times }) => times >= 32);
    assert.ok(often.length > 5, `${often.length} of ${structures.size} structures came 32 times`);
    for (const { types } of often) {
      const varied = [...types.values()].filter((seen) => seen.size >= 2);
      assert.ok(varied.length >= types.size / 2, `${varied.length} of ${types.size} members came in several types`);
    }
  });
});

const typeOf = (value: JsonValue | undefined): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
