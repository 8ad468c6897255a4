import assert from "node:assert/strict";
import { beforeEach, suite, test } from "node:test";
import { MadeRecords } from "../../chaos/made-records.ts";
import { Receipts } from "../../chaos/receipts.ts";
import type { ReceivedRecord } from "../support/otlp-record.ts";

function record(body: string, attributes: Readonly<Record<string, unknown>> = {}): ReceivedRecord {
  return {
    resource: {},
    scope: "",
    timeUnixNano: "",
    eventName: "Operation",
    body,
    severityNumber: undefined,
    attributes: { "log.record.uid": `uid of ${body}`, "o365.id": body, "o365.content_id": "blob", ...attributes },
  };
}

suite("Receipts", () => {
  let made: MadeRecords;
  let receipts: Receipts;

  beforeEach(() => {
    made = new MadeRecords();
    for (const text of ["a", "b", "c"]) made.add(text);
    receipts = new Receipts(made);
  });

  function deliver(...bodies: readonly string[]): void {
    receipts.accept(bodies.map((body) => record(body))).answer = "delivered";
  }

  test("knows what has arrived, by the text", () => {
    deliver("a", "b");
    assert.deepEqual([receipts.has(0), receipts.has(1), receipts.has(2), receipts.distinct], [true, true, false, 2]);
  });

  test("calls a body that was not made a stranger, however little it differs", () => {
    deliver("a ");
    assert.deepEqual([receipts.strangers, receipts.distinct], [1, 0]);
    assert.match(receipts.examples[0] ?? "", /no such record was made: a /);
  });

  test("leaves out what the collector tells of itself", () => {
    receipts.accept([{ ...record("a gap"), eventName: "o365.collector.gap" }]);
    assert.deepEqual([receipts.strangers, receipts.distinct, [...receipts.open()].length], [0, 0, 0]);
  });

  test("finds no reason for a record that comes again although its answer was delivered", () => {
    deliver("a");
    deliver("a");
    assert.equal(receipts.unexplained, 1);
    assert.match(
      receipts.examples[0] ?? "",
      /a Operation of blob blob came again although its answer had been delivered/,
    );
  });

  test("excuses one repetition of a record whose answer was lost, and not a second", () => {
    receipts.accept([record("a")]).answer = "lost";
    deliver("a");
    assert.deepEqual([receipts.repeats["answer lost"], receipts.unexplained], [1, 0]);
    deliver("a");
    assert.equal(receipts.unexplained, 1);
  });

  test("takes an answer that is not through yet for lost when the record comes again", () => {
    receipts.accept([record("a")]);
    deliver("a");
    assert.deepEqual([receipts.repeats["answer lost"], receipts.unexplained], [1, 0]);
  });

  test("excuses once what was in flight at the end of a process, and nothing that the ledger knew", () => {
    deliver("a", "b");
    const inFlight = receipts.endLife("in flight at a kill", ({ uid }) => uid === "uid of b");
    assert.deepEqual(inFlight, { records: 1, bytes: 1 });
    deliver("a", "b");
    assert.deepEqual([receipts.repeats["in flight at a kill"], receipts.unexplained], [1, 1]);
    assert.match(receipts.examples[0] ?? "", /b Operation .* the ledger knew that it was delivered/);
  });

  test("keeps the loss of an answer as the reason beyond the end of the process", () => {
    receipts.accept([record("a")]).answer = "lost";
    receipts.endLife("in flight at a stop", () => false);
    deliver("a");
    assert.deepEqual(receipts.repeats, { "in flight at a kill": 0, "in flight at a stop": 0, "answer lost": 1 });
  });

  test("has no uid for records that the collector does not remember one by one", () => {
    receipts.accept([
      record("a"),
      record("b", { "o365.id": undefined }),
      record("c", { "o365.malformed": true, "o365.content_id": "other" }),
    ]);
    assert.deepEqual(
      [...receipts.open()].map(({ uid, contentId }) => [uid, contentId]),
      [
        ["uid of a", "blob"],
        [undefined, "blob"],
        [undefined, "other"],
      ],
    );
  });
});
