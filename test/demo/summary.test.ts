import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { formatSummary, isComplete, summarize } from "../../demo/summary.ts";

const folder = mkdtempSync(join(tmpdir(), "otel-o365-summary-"));

function exported(name: string, records: readonly { id: string; operation: string; body: string }[]): string {
  const path = join(folder, name);
  const lines = records.map(({ id, operation, body }) =>
    JSON.stringify({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  eventName: operation,
                  body: { stringValue: body },
                  attributes: [
                    { key: "o365.id", value: { stringValue: id } },
                    { key: "xdr.schema", value: { stringValue: "scwx.auth" } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    }),
  );
  writeFileSync(path, `${lines.join("\n")}\n{"resourceLogs":[{"sco`);
  return path;
}

const served = [
  { contentType: "Audit.General", id: "1", operation: "A", text: '{"a":1}' },
  { contentType: "Audit.General", id: "1", operation: "B", text: '{"b":1}' },
];

suite("summarize()", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("finds everything once, a cut last line aside", async () => {
    const path = exported("complete", [
      { id: "1", operation: "A", body: '{"a":1}' },
      { id: "1", operation: "B", body: '{"b":1}' },
    ]);
    const summary = await summarize(served, path);
    assert.equal(isComplete(summary), true);
    assert.deepEqual([...summary.bySchema], [["scwx.auth", 2]]);
  });

  test("tells missing, repeated, altered and unknown records apart", async () => {
    const path = exported("incomplete", [
      { id: "1", operation: "A", body: '{"a": 1}' },
      { id: "1", operation: "A", body: '{"a":1}' },
      { id: "2", operation: "A", body: "{}" },
    ]);
    const summary = await summarize(served, path);
    assert.equal(isComplete(summary), false);
    assert.deepEqual(summary.missing, ["1 B"]);
    assert.deepEqual(summary.altered, ["1 A"]);
    assert.equal(summary.duplicates, 1);
    assert.equal(summary.unknown, 1);
    assert.match(formatSummary(summary, { blobs: 3 }, false), /missing +1\n +1 B/);
  });
});
