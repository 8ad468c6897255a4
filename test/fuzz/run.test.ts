import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type { JsonObject } from "../../collector/record.ts";
import { fuzz, type Mapping } from "../../fuzz/run.ts";

const samples: JsonObject[] = readFileSync("emulator/data/audit-records.ndjson", "utf8")
  .trimEnd()
  .split("\n")
  .map((line): JsonObject => JSON.parse(line));
const RECORDS = 1500;

suite("fuzz()", () => {
  test("finds nothing wrong with the mapping", (t) => {
    const seed = Date.now() % 2 ** 32;
    t.diagnostic(`seed ${seed}`);
    const failure = fuzz({ samples, records: RECORDS, seed });
    assert.equal(
      failure,
      undefined,
      `seed ${seed}, record ${failure?.record}: ${failure?.text}\n${failure?.error.stack}`,
    );
  });

  let calls = 0;
  const faults: { name: string; map: Mapping; says: RegExp }[] = [
    {
      name: "an empty attribute",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        return { ...mapped, attributes: { ...mapped.attributes, "o365.nothing": "" } };
      },
      says: /o365\.nothing is ""/,
    },
    {
      name: "an empty value inside an attribute",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        return { ...mapped, attributes: { ...mapped.attributes, "o365.nothing": { in: [{ it: null }] } } };
      },
      says: /o365\.nothing\.in\.0\.it is null/,
    },
    {
      name: "a field that the schema does not confirm",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        return { ...mapped, attributes: { ...mapped.attributes, "xdr.invented": "x" } };
      },
      says: /xdr\.invented is not confirmed/,
    },
    {
      name: "a record that is changed",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        if (source.record !== null) Reflect.set(source.record, "Added", 1);
        return mapped;
      },
      says: /o365\.added|the record has changed/,
    },
    {
      name: "another result the second time",
      map: (mapper, source) => {
        const mapped = mapper.map(source);
        calls += 1;
        return { ...mapped, attributes: { ...mapped.attributes, "o365.calls": calls } };
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
      assert.match(failure?.error.message ?? "", says);
      const again = fuzz({ samples, records: 1, seed: 7, first: failure?.record ?? -1, map });
      assert.equal(again?.text, failure?.text);
      assert.match(again?.error.message ?? "", says);
    });
  }

  test("changes records alike for one seed, and otherwise for another", () => {
    const textOf = (seed: number): string | undefined =>
      fuzz({
        samples,
        records: 1,
        seed,
        map: () => {
          throw new Error("only to see it");
        },
      })?.text;
    assert.equal(textOf(1), textOf(1));
    assert.notEqual(textOf(1), textOf(2));
  });
});
