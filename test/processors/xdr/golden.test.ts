import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { auditRecordOf } from "../../../collector/record.ts";
import { recordTypeName, recordTypeNumber } from "../../../collector/record-types.ts";
import { XdrMapper } from "../../../processors/xdr/mapper.ts";
import { asReceived } from "./as-received.ts";
import { render } from "./render.ts";

const RECORDS = "emulator/data/audit-records.ndjson";
/** A file for each record type, so that the change of a row shows where it matters. */
const GOLDEN = "test/processors/xdr/golden";
const NOW = Date.UTC(2026, 10, 22);

interface Block {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

function mapAll(): Block[] {
  const mapper = new XdrMapper({ tenantId: "11063" });
  const lines = readFileSync(RECORDS, "utf8").trimEnd().split("\n");
  return lines.map((line, index) => {
    const received = asReceived(line);
    const record = auditRecordOf(received);
    const mapped = mapper.map({
      record,
      attributes: received.attributes,
      integration: "o365/contoso",
      nowMs: NOW,
    });
    const type = recordTypeNumber(record?.["RecordType"]) ?? 0;
    const file = `${String(type).padStart(3, "0")}-${recordTypeName(type) ?? "unknown"}.txt`;
    return { file, line: index + 1, text: render(index + 1, received, mapped) };
  });
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ text }) => text).join("\n");
}

// OTEL_O365_UPDATE_GOLDEN=1 npm test -- golden: writes the files anew; then read the difference.
suite("mapping of the shipped records", () => {
  const byFile = Map.groupBy(mapAll(), ({ file }) => file);
  if (process.env["OTEL_O365_UPDATE_GOLDEN"] === "1") {
    rmSync(GOLDEN, { recursive: true, force: true });
    mkdirSync(GOLDEN);
    for (const [file, blocks] of byFile) writeFileSync(join(GOLDEN, file), textOf(blocks));
  }

  test("covers every record type, and no other", () => {
    assert.deepEqual(readdirSync(GOLDEN).toSorted(), [...byFile.keys()].toSorted());
  });

  for (const [file, blocks] of byFile) {
    const golden = readFileSync(join(GOLDEN, file), "utf8").split(/\n(?=# line )/);
    for (const [index, { line, text }] of blocks.entries()) {
      test(`${file}: line ${line} maps as reviewed`, () => {
        assert.equal(text.trimEnd(), golden[index]?.trimEnd());
      });
    }
    test(`${file}: holds nothing else`, () => {
      assert.equal(golden.length, blocks.length);
    });
  }
});
