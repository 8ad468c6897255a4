import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { countDeadLetters } from "../../../collector/delivery/count-dead-letters.ts";
import { type DeadLetter, deadLetterLine } from "../../../collector/delivery/dead-letter.ts";
import { PartialSuccessError, PermanentError } from "../../../collector/errors.ts";
import { makeRecords } from "../../support/log-records.ts";

const directory = mkdtempSync(join(tmpdir(), "otel-o365-count-"));

const letters: Readonly<Record<DeadLetter["reason"], DeadLetter["error"]>> = {
  refused: new PermanentError("Cannot send: 400; look"),
  partial: new PartialSuccessError("Cannot deliver 1: old; look", { rejectedCount: 1 }),
};

function line(reason: DeadLetter["reason"], count: number): string {
  const letter = { reason, records: makeRecords(count), error: letters[reason] };
  return `${Buffer.from(deadLetterLine(letter, "otlp_http", 0)).toString("utf8")}\n`;
}

suite("countDeadLetters()", () => {
  after(() => rmSync(directory, { recursive: true }));

  test("is 0 for a directory without dead letters", async () => {
    assert.equal(await countDeadLetters(join(directory, "absent")), 0);
  });

  test("adds up the whole lines of all files, for all reasons or one", async () => {
    const folder = join(directory, "dead-letters");
    mkdirSync(folder);
    writeFileSync(join(folder, "otlp_http.1.jsonl"), line("refused", 3) + line("partial", 10));
    writeFileSync(join(folder, "otlp_http.jsonl"), `${line("refused", 1)}{"resourceLogs":[{"sco`);
    writeFileSync(join(folder, "debug.jsonl"), `${line("partial", 5)}null\n[]\n{"resourceLogs":7}\n`);
    writeFileSync(join(folder, "notes.txt"), line("refused", 100));
    assert.equal(await countDeadLetters(directory), 19);
    assert.equal(await countDeadLetters(directory, "refused"), 4);
    assert.equal(await countDeadLetters(directory, "partial"), 15);
  });
});
