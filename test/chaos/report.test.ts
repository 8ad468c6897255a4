import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Outcome } from "../../chaos/outcome.ts";
import { formatReport } from "../../chaos/report.ts";
import { Tally } from "../../chaos/tally.ts";

function outcome(overrides: Partial<Outcome> = {}): Outcome {
  const tally = new Tally();
  tally.expect("service", ["a", "b"]);
  tally.add("service", "a", 2);
  return {
    records: 10,
    blobs: 3,
    lostBlobs: 1,
    backends: [
      {
        name: "one",
        wanted: 9,
        missing: 0,
        deadLettered: 1,
        repeats: { "in flight at a kill": 2, "in flight at a stop": 0, "answer lost": 1 },
        unexplained: 0,
      },
    ],
    mostInFlightBytes: 2048,
    seconds: { storm: 8, drain: 2 },
    tally,
    failures: [],
    ...overrides,
  };
}

suite("formatReport()", () => {
  test("says what was made, what arrived and what happened", () => {
    assert.equal(
      formatReport(outcome()),
      [
        "10 records in 3 blobs, 1 of which the service gave up; storm 8 s, recovery 2 s",
        "backend one: 9 wanted, 0 missing, 1 in dead letters; came again: in flight at a kill 2, in flight at a stop 0, answer lost 1, unexplained 0",
        "at most 2 KiB in flight at a kill; 3 repeats",
        "service: a 2",
        "PASSED",
      ].join("\n"),
    );
  });

  test("ends with every failure and the verdict", () => {
    const text = formatReport(outcome({ failures: ["Backend one: 2 records are missing"] }));
    assert.match(text, /\nFAILED Backend one: 2 records are missing\nNOT PASSED$/);
  });

  test("does not pass a long run in which something that it is for has never happened", () => {
    const [short, minute, long] = [59, 60, 600].map((storm) => outcome({ seconds: { storm, drain: 2 } }));
    assert.ok(short !== undefined && minute !== undefined && long !== undefined);
    assert.match(formatReport(short), /service: a 2\nPASSED$/);
    assert.match(formatReport(minute), /NEVER HAPPENED: service: b\nPASSED$/);
    assert.match(formatReport(long), /NEVER HAPPENED: service: b\nNOT PASSED$/);
  });
});
