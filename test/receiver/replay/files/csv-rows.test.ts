import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { sampleRecordsFile } from "../../../../emulator/index.ts";
import { ExportError } from "../../../../receiver/replay/files/exported-row.ts";
import { csvOf, rowsOf, utf16 } from "./rows.ts";

const HEADER = ["RecordId", "CreationDate", "RecordType", "Operation", "UserId", "AuditData"];
const samples = readFileSync(sampleRecordsFile(), "utf8").trimEnd().split("\n");

suite("csvRows()", () => {
  test("gives every AuditData exactly as it was, whatever is in it and however the bytes come", async () => {
    const field = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom('"', '""', ",", ";", "\t", "\n", "\r\n", '{"a":"b"}', ""),
    );
    const row = fc.tuple(
      field,
      field.map((text) => `x${text}`),
      field,
    );
    const shape = fc.record({
      rows: fc.array(row, { maxLength: 6 }),
      delimiter: fc.constantFrom(",", ";", "\t"),
      lineEnd: fc.constantFrom("\r\n", "\n"),
      encode: fc.constantFrom<(text: string) => string | Buffer>(
        (text) => text,
        (text) => `\uFEFF${text}`,
        utf16,
        (text) => Buffer.from(text, "utf16le"),
      ),
      size: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, delimiter, lineEnd, encode, size }) => {
        const text = csvOf([["before", "AuditData", "after"], ...rows], delimiter, lineEnd);
        const found = await rowsOf(encode(text), size);
        assert.deepEqual(
          found.map((one) => one.text),
          rows.map(([, data]) => data),
        );
        let line = 2;
        for (const [index, fields] of rows.entries()) {
          assert.equal(found[index]?.line, line);
          line += fields.join("").split("\n").length;
        }
      }),
      { numRuns: 200 },
    );
  });

  test("gives the sample records of an export byte for byte, from any column and in any case", async () => {
    const rows = samples.map((text, index) => [text, String(index)]);
    const found = await rowsOf(csvOf([["auditdata", "ResultIndex"], ...rows]));
    assert.deepEqual(
      found.map(({ text }) => text),
      samples,
    );
  });

  test("passes over what PowerShell and Excel put before the header, and takes fields without quotes", async () => {
    const text = '#TYPE Deserialized.Something\nsep=;\nIdentity;AuditData\n1;{}\n\n2;{"a":1}';
    assert.deepEqual(await rowsOf(text.replace('{"a":1}', '"{""a"":1}"')), [
      { line: 4, text: "{}" },
      { line: 6, text: '{"a":1}' },
    ]);
  });

  test("names rows without AuditData, and goes on", async () => {
    const text = `${csvOf([HEADER, ["1", "", "", "", "", "{}"], ["2", "", "", "", "", ""]])}"3","short"\r\n${csvOf([["4", "", "", "", "", "{}", "more"]])}`;
    assert.deepEqual(await rowsOf(text), [
      { line: 2, text: "{}" },
      { line: 3, fault: "its AuditData is empty" },
      { line: 4, fault: "it has 2 columns, and AuditData is column 6" },
      { line: 5, text: "{}" },
    ]);
  });

  test("names rows that break the rules, and goes on after them", async () => {
    const text = 'Id,AuditData\n1,"{"a":1}"\n2,{}\n3,"{}\n4,{}\n';
    const rows = await rowsOf(text);
    assert.deepEqual(rows[0], { line: 2, fault: "it breaks the rules of CSV (CSV_INVALID_CLOSING_QUOTE)" });
    assert.deepEqual(rows[1], { line: 3, text: "{}" });
    assert.match(rows[2]?.fault ?? "", /CSV_QUOTE_NOT_CLOSED/);
    assert.equal(rows.length, 3);
  });

  test("keeps bytes that are no UTF-8, for whoever has to know", async () => {
    const rows = await rowsOf(Buffer.from('AuditData\n"{""UserId"":""zo\xeb""}"\n', "latin1"));
    assert.deepEqual(rows, [{ line: 2, text: '{"UserId":"zo\uFFFD"}' }]);
  });

  const refused = [
    { name: "an empty file", text: "" },
    { name: "a file without the column", text: "Id,CreationDate\n1,2\n" },
    { name: "a page that is no table", text: "<!doctype html>\n<title>Sign in</title>\n" },
    { name: "bytes that are no text", text: Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]) },
  ];
  for (const { name, text } of refused) {
    test(`refuses ${name}, and says what to export`, async () => {
      await assert.rejects(rowsOf(text), (error) => {
        assert.ok(error instanceof ExportError);
        assert.match(error.message, /names no column AuditData; export all results of an audit search/);
        return true;
      });
    });
  }
});
