import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { suite, test } from "node:test";
import { auditRecordOf } from "../../../collector/record.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { asReceived } from "./as-received.ts";
import { render } from "./render.ts";

const RECORDS = "emulator/data/audit-records.ndjson";
const GOLDEN = "test/processors/xdr/golden/records.txt";
const NOW = Date.UTC(2026, 10, 22);

const lines = readFileSync(RECORDS, "utf8").trimEnd().split("\n");

function mapAll(): string[] {
  const mapper = new XdrMapper({ tenantId: "11063" });
  return lines.map((line, index) => {
    const received = asReceived(line);
    const mapped = mapper.map({
      record: auditRecordOf(received),
      attributes: received.attributes,
      integration: "o365/contoso",
      nowMs: NOW,
    });
    return render(index + 1, received, mapped);
  });
}

// OTEL_O365_UPDATE_GOLDEN=1 npm test -- golden: writes the file anew; then read the difference.
suite("mapping of the shipped records", () => {
  const blocks = mapAll();
  if (process.env["OTEL_O365_UPDATE_GOLDEN"] === "1") writeFileSync(GOLDEN, blocks.join("\n"));
  const golden = readFileSync(GOLDEN, "utf8").split(/\n(?=# line )/);

  test("covers every record", () => {
    assert.equal(golden.length, lines.length);
    assert.equal(blocks.length, lines.length);
  });

  for (const [index, block] of blocks.entries()) {
    test(`line ${index + 1} maps as reviewed`, () => {
      assert.equal(block.trimEnd(), golden[index]?.trimEnd());
    });
  }
});
