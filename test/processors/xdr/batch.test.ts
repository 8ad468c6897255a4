import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import type { JsonObject } from "../../../collector/record.ts";
import { Random } from "../../../emulator/content/random.ts";
import { type AuditSource, XdrMapper } from "../../../processors/xdr/mapper.ts";

const samples: JsonObject[] = readFileSync("emulator/data/audit-records.ndjson", "utf8")
  .trimEnd()
  .split("\n")
  .map((line): JsonObject => JSON.parse(line));

const SIGN_IN: JsonObject = {
  Id: "1",
  CreationTime: "2024-01-02T03:04:05",
  Operation: "UserLoggedIn",
  RecordType: 15,
  UserId: "ann@contoso.com",
};

function neverFails(index: number, error: unknown): void {
  assert.fail(`record ${index}: ${String(error)}`);
}

/** Each record maps as it does alone, in a mapper that has seen nothing. */
function assertAsAlone(mapper: XdrMapper, sources: readonly AuditSource[]): void {
  const mapped = mapper.mapAll(sources, neverFails);
  assert.equal(mapped.length, sources.length);
  for (const [index, source] of sources.entries()) {
    assert.deepEqual(mapped[index], new XdrMapper().map(source), JSON.stringify(source.record));
  }
}

suite("XdrMapper.mapAll()", () => {
  test("maps the records of any batch as it maps each alone, in their order", () => {
    const random = new Random("batch");
    const mapper = new XdrMapper({}, 3);
    for (let batch = 0; batch < 12; batch += 1) {
      const sources = Array.from({ length: random.below(40) }, (): AuditSource => {
        const contentType = random.chance(0.5) ? "DLP.All" : "Audit.General";
        return {
          record: random.pick(samples),
          attributes: random.chance(0.3) ? undefined : { "o365.content_type": contentType },
          nowMs: random.below(1000),
          integration: `o365/${random.below(3)}`,
        };
      });
      assertAsAlone(mapper, sources);
    }
  });

  test("tells the kinds of records apart that have the same fields", () => {
    const operations = [
      "UserLoggedIn",
      "UserLoggedIn",
      "Add user.",
      "UserLoginFailed",
      "",
      "Add user.",
      "UserLoggedIn",
    ];
    const sources = operations.flatMap((Operation) =>
      [15, 8, 2, "8", 99_999].map((RecordType) => ({ record: { ...SIGN_IN, Operation, RecordType } })),
    );
    const mapper = new XdrMapper({}, 2);
    for (let times = 0; times < 3; times += 1) assertAsAlone(mapper, sources);
  });

  test("takes a member without a value for one that is not there", () => {
    const record = { Id: "1", gap: undefined, ...SIGN_IN };
    const attributes = { "o365.id": undefined, "o365.content_type": "Audit.AzureActiveDirectory" };
    assertAsAlone(new XdrMapper(), [{ record }, { record: SIGN_IN, attributes }, { record: SIGN_IN }]);
  });

  test("maps what is no record, and nothing", () => {
    assertAsAlone(new XdrMapper(), [{ record: null }, { record: SIGN_IN }, { record: {} }, { record: null }]);
    assert.deepEqual(new XdrMapper().mapAll([], neverFails), []);
  });

  test("passes over places without a source", () => {
    const [nothing, mapped] = new XdrMapper().mapAll([undefined, { record: SIGN_IN }], neverFails);
    assert.equal(nothing, undefined);
    assert.equal(mapped?.schema, "auth");
  });

  test("tells which records it could not map, and maps the others", () => {
    const broken = {
      ...SIGN_IN,
      get UserId(): string {
        throw new Error("broken on purpose");
      },
    };
    const failures: [number, string][] = [];
    const mapped = new XdrMapper().mapAll(
      [{ record: SIGN_IN }, { record: broken }, { record: SIGN_IN }, { record: broken }],
      (index, error) => failures.push([index, String(error)]),
    );
    assert.deepEqual(failures, [
      [1, "Error: broken on purpose"],
      [3, "Error: broken on purpose"],
    ]);
    assert.deepEqual(
      mapped.map((one) => one?.schema),
      ["auth", undefined, "auth", undefined],
    );
  });

  test("maps the next batch as if nothing had been, after one that ended in an error", () => {
    const broken = {
      ...SIGN_IN,
      get UserId(): string {
        throw new Error("broken on purpose");
      },
    };
    const mapper = new XdrMapper();
    assert.throws(() => mapper.mapAll([{ record: SIGN_IN }, { record: broken }], neverFails), /broken on purpose/);
    assertAsAlone(mapper, [{ record: samples[0] ?? {} }, { record: SIGN_IN }]);
  });

  test("maps a batch of so many new shapes that what was seen is forgotten in between", () => {
    const sources = Array.from({ length: 4000 }, (_, i) => ({
      record:
        i % 100 === 0
          ? (samples[(i / 100) % samples.length] ?? {})
          : { ...Object.fromEntries(Array.from({ length: 8 }, (_unused, at) => [`x${i}_${at}`, i])), ...SIGN_IN },
    }));
    const mapped = new XdrMapper().mapAll(sources, neverFails);
    for (let i = 0; i < sources.length; i += 100) {
      assert.deepEqual(mapped[i], new XdrMapper().map(sources[i] ?? { record: null }));
    }
  });
});
