import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { auditRecordOf } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { readDetections } from "../../../scripts/detections.ts";
import { asReceived } from "./as-received.ts";
import { COMMON } from "./expect-kinds.ts";
import { memberMissing } from "./member-missing.ts";

/** Expectations were written before anybody looked at what the mapper makes of the record. */
for (const [file, list] of readDetections()) {
  suite(`detections: ${file}`, () => {
    const mapper = new XdrMapper();
    for (const { detection, record, expect, absent } of list) {
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
