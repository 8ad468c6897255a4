import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { sampleRecordsFile } from "../../../../emulator/index.ts";
import { rowsOf, utf16 } from "./rows.ts";

const samples = readFileSync(sampleRecordsFile(), "utf8").trimEnd().split("\n");
/** As Search-UnifiedAuditLog gives it. */
const result = (data: unknown): Readonly<Record<string, unknown>> => ({
  RecordType: "X",
  Identity: "1",
  AuditData: data,
});

suite("jsonRows()", () => {
  const forms: readonly { readonly name: string; readonly make: (texts: readonly string[]) => string | Buffer }[] = [
    { name: "audit records, one a line", make: (texts) => texts.join("\n") },
    {
      name: "audit records, one a line, with blank lines and CRLF",
      make: (texts) => `\n${texts.join("\r\n\r\n")}\r\n`,
    },
    { name: "an array of audit records", make: (texts) => `[${texts.join(",")}]` },
    { name: "an array of results", make: (texts) => JSON.stringify(texts.map(result)) },
    {
      name: "what ConvertTo-Json makes of results",
      make: (texts) => utf16(JSON.stringify(texts.map(result), null, 4)),
    },
    { name: "an array of texts", make: (texts) => JSON.stringify(texts) },
    { name: "texts, one a line", make: (texts) => texts.map((text) => JSON.stringify(text)).join("\n") },
    { name: "results, one a line", make: (texts) => texts.map((text) => JSON.stringify(result(text))).join("\n") },
    {
      name: "results with another spelling",
      make: (texts) => texts.map((text) => JSON.stringify({ auditData: text })).join("\n"),
    },
  ];
  for (const { name, make } of forms) {
    test(`gives every record byte for byte of ${name}`, async () => {
      for (const size of [7, 1000, 1_000_000]) {
        const rows = await rowsOf(make(samples.slice(0, 40)), size);
        assert.deepEqual(
          rows.map(({ text }) => text),
          samples.slice(0, 40),
        );
      }
    });
  }

  test("never changes a record: 64-bit integers, escapes and white space stay", async () => {
    const text = '{ "Operation": "x",\t"Id":12345678901234567890, "u":"\\u00e9\\/" }';
    assert.deepEqual(await rowsOf(`[\n${text} ,\n${text}]`), [
      { line: 2, text },
      { line: 3, text },
    ]);
    assert.deepEqual(await rowsOf(`  ${text}  \n${text}\n`), [
      { line: 1, text },
      { line: 2, text },
    ]);
  });

  test("takes one result over several lines", async () => {
    const pretty = JSON.stringify(result(samples[0]), null, 4);
    assert.deepEqual(await rowsOf(pretty), [{ line: 1, text: samples[0] ?? "" }]);
    const record = '{\n  "Operation": "x"\n}';
    assert.deepEqual(await rowsOf(`${record}\n`), [{ line: 1, text: record }]);
  });

  test("passes on what is no JSON, and goes on with the next line", async () => {
    const rows = await rowsOf('{"Operation":"a"}\n{"Operation":"b\n{"Operation":"c"}\n');
    assert.deepEqual(
      rows.map(({ text }) => text),
      ['{"Operation":"a"}', '{"Operation":"b', '{"Operation":"c"}'],
    );
    const broken = await rowsOf('{"Operation":"b\n{"Operation":"c"}\n');
    assert.deepEqual(
      broken.map(({ line }) => line),
      [1, 2],
    );
  });

  test("names what holds no record", async () => {
    const values = [result(""), result(null), result({ Id: 1 }), {}, 1, "", [], result("{}")];
    const rows = await rowsOf(JSON.stringify(values));
    assert.deepEqual(
      rows.map(({ fault }) => fault),
      [
        "its AuditData is empty",
        "its AuditData is empty",
        "its AuditData is of type object instead of text",
        "it is neither an audit record nor an object with AuditData",
        "it is neither an object nor a text",
        "it is an empty text",
        "it is neither an object nor a text",
        undefined,
      ],
    );
  });

  test("gives the sound elements of an array that is cut, and names where it ends", async () => {
    const whole = JSON.stringify(samples.slice(0, 10).map(result), null, 1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: whole.length - 1 }), async (length) => {
        const rows = await rowsOf(whole.slice(0, length));
        assert.match(rows.at(-1)?.fault ?? "", /^the array is not whole \(unbalanced\)/);
        assert.deepEqual(
          rows.slice(0, -1).map(({ text }) => text),
          samples.slice(0, rows.length - 1),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("gives nothing of an empty array", async () => {
    assert.deepEqual(await rowsOf(" [ ] "), []);
  });
});
