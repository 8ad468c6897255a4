import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import * as fc from "fast-check";
import { type Line, readLines } from "../../../../collector/replay/dead-letters/read-lines.ts";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-lines-"));
const path = join(directory, "lines.jsonl");

async function linesOf(content: string | Uint8Array, start: number = 0): Promise<readonly Line[]> {
  writeFileSync(path, content);
  const lines: Line[] = [];
  for await (const line of readLines(path, start)) lines.push(line);
  return lines;
}

suite("readLines()", () => {
  after(() => rmSync(directory, { recursive: true }));

  test("gives every line with its end, from the start of any of them on", async () => {
    const line = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replaceAll("\n", "n"));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), line, async (whole, rest) => {
        const content = whole.map((text) => `${text}\n`).join("") + rest;
        const lines = await linesOf(content);
        assert.deepEqual(
          lines.map(({ bytes, whole: isWhole }) => [bytes.toString(), isWhole]),
          [...whole.map((text) => [text, true]), ...(rest === "" ? [] : [[rest, false]])],
        );
        for (const [index, { end }] of lines.entries()) {
          assert.deepEqual(await linesOf(content, end), lines.slice(index + 1));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("puts together lines that are longer than what is read at a time", async () => {
    const long = "x".repeat(700_000);
    const lines = await linesOf(`a\n${long}\nb\n${long}`);
    assert.deepEqual(
      lines.map(({ bytes, end, whole }) => [bytes.length, end, whole]),
      [
        [1, 2, true],
        [700_000, 700_003, true],
        [1, 700_005, true],
        [700_000, 1_400_005, false],
      ],
    );
  });
});
