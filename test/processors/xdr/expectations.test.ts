import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { auditRecordOf } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { asReceived } from "./as-received.ts";
import { memberMissing } from "./member-missing.ts";

const RECORDS = "emulator/data/audit-records.ndjson";
/**
 * Forty records, each of another record type and operation, drawn from the shipped ones with seed 20261126. What an
 * analyst expects of them was written down before anybody looked at what the mapper makes of them.
 */
const EXPECTATIONS = "test/processors/xdr/expectations";
const COUNT = 40;

const schema = z.array(
  z.strictObject({
    line: z.int().positive(),
    story: z.string(),
    time: z.date().or(z.string()),
    /** Attributes by name; of an object only the members that are named. `severity` is that of the log record. */
    expect: z.record(z.string(), z.json()),
    absent: z.array(z.string()).default([]),
    /** Why we do otherwise than was expected at first. */
    decided: z.string().optional(),
  }),
);

function expectationsOf(file: string): z.infer<typeof schema> {
  return schema.parse(parse(readFileSync(join(EXPECTATIONS, file), "utf8")));
}

suite("what an analyst expects of forty records", () => {
  const lines = readFileSync(RECORDS, "utf8").split("\n");
  const mapper = new XdrMapper({ tenantId: "11063" });
  const files = readdirSync(EXPECTATIONS);

  test("are forty different records", () => {
    const chosen = files.flatMap((file) => expectationsOf(file).map(({ line }) => line));
    assert.equal(new Set(chosen).size, COUNT);
    assert.equal(chosen.length, COUNT);
  });

  for (const file of files) {
    for (const { line, story, time, expect, absent } of expectationsOf(file)) {
      test(`${file}, line ${line}: ${story}`, () => {
        const received = asReceived(lines[line - 1] ?? "");
        const mapped = mapper.map({ record: auditRecordOf(received), attributes: received.attributes });
        const found: Record<string, unknown> = { ...mapped.attributes, severity: mapped.severityText };
        const missing = Object.entries(expect).flatMap(([name, value]) => memberMissing(name, value, found[name]));
        const surplus = absent.filter((name) => found[name] !== undefined);
        assert.deepEqual([...missing, ...surplus.map((name) => `${name} is there`)], []);
        assert.equal(found["xdr.event_time_usec"], new Date(time).getTime() * 1000);
      });
    }
  }
});
