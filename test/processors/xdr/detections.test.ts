import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { auditRecordOf } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { asReceived } from "./as-received.ts";
import { COMMON } from "./expect-kinds.ts";
import { memberMissing } from "./member-missing.ts";

/**
 * Detections that people run on the audit trail, each with a record and what a rule reads of it. Expectations were
 * written before anybody looked at what the mapper makes of the record.
 */
const DETECTIONS = "test/processors/xdr/detections";

const schema = z.array(
  z.strictObject({
    detection: z.string(),
    /** MITRE ATT&CK. */
    technique: z.string().regex(/^T\d{4}(\.\d{3})?$/),
    rule: z.string(),
    /** Fields beside those that every record has. */
    record: z.record(z.string(), z.json()),
    /** Attributes by name; of an object only the members that are named. `severity` is that of the log record. */
    expect: z.record(z.string(), z.json()),
    absent: z.array(z.string()).default([]),
    /** Why we do otherwise than was expected at first. */
    decided: z.string().optional(),
  }),
);

for (const file of readdirSync(DETECTIONS)) {
  suite(`detections on ${file}`, () => {
    const mapper = new XdrMapper();
    for (const { detection, record, expect, absent } of schema.parse(
      parse(readFileSync(join(DETECTIONS, file), "utf8")),
    )) {
      test(detection, () => {
        const received = asReceived(JSON.stringify({ ...COMMON, ...record }));
        const mapped = mapper.map({ record: auditRecordOf(received), attributes: received.attributes });
        const found: Record<string, unknown> = { ...mapped.attributes, severity: mapped.severityText };
        const missing = Object.entries(expect).flatMap(([name, value]) => memberMissing(name, value, found[name]));
        const surplus = absent.filter((name) => found[name] !== undefined);
        assert.deepEqual([...missing, ...surplus.map((name) => `${name} is ${JSON.stringify(found[name])}`)], []);
      });
    }
  });
}
