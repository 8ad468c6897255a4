import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { StatusBoard } from "../../collector/status.ts";
import type { ReportStatus, StatusReport } from "../../collector/telemetry.ts";
import { LogRecorder } from "../support/fake-graph.ts";

function setUp(): { board: StatusBoard; report: ReportStatus; log: LogRecorder; setNow: (ms: number) => void } {
  let nowMs = 1000;
  const board = new StatusBoard(() => nowMs);
  const log = new LogRecorder();
  const setNow = (ms: number): void => {
    nowMs = ms;
  };
  return { board, log, report: board.reporter({ component: "o365" }, log), setNow };
}

suite("StatusBoard", () => {
  const levels = [
    ["starting", "debug"],
    ["ok", "info"],
    ["recoverable_error", "warn"],
    ["permanent_error", "error"],
    ["stopping", "debug"],
    ["stopped", "debug"],
  ] as const;
  for (const [status, level] of levels) {
    test(`reporter() logs ${status} at level ${level}`, () => {
      const { report, log } = setUp();
      report({ status, message: "What was seen" });
      assert.deepEqual(log.lines, [{ level, message: "What was seen", fields: { status } }]);
    });
  }

  test("reporter() logs a line of its own when a report has no message", () => {
    const { report, log } = setUp();
    report({ status: "ok" });
    report({ status: "permanent_error" });
    assert.deepEqual(
      log.lines.map(({ message }) => message),
      ["Working", "Not working until somebody changes something"],
    );
  });

  test("reporter() makes no fuss of a part that works from the start", () => {
    const { report, log } = setUp();
    report({ status: "ok", aspect: "DLP.All" });
    report({ status: "permanent_error", aspect: "DLP.All", message: "refused" });
    report({ status: "ok", aspect: "DLP.All" });
    assert.deepEqual(
      log.lines.map(({ level, message }) => [level, message]),
      [
        ["debug", "Working"],
        ["error", "refused"],
        ["info", "Recovered"],
      ],
    );
  });

  const repeats: readonly { name: string; second: StatusReport; lines: number }[] = [
    { name: "the same", second: { status: "recoverable_error", message: "away" }, lines: 1 },
    { name: "other fields", second: { status: "recoverable_error", message: "away", fields: { n: 2 } }, lines: 1 },
    { name: "another message", second: { status: "recoverable_error", message: "gone" }, lines: 2 },
    { name: "another status", second: { status: "permanent_error", message: "away" }, lines: 2 },
    { name: "another aspect", second: { status: "recoverable_error", message: "away", aspect: "DLP.All" }, lines: 2 },
  ];
  test("reporter() logs nothing when the text differs and the reason does not, and keeps the newer text", () => {
    const { board, report, log } = setUp();
    report({ status: "permanent_error", message: "refused (trace 1)", reason: "AADSTS700027" });
    report({ status: "permanent_error", message: "refused (trace 2)", reason: "AADSTS700027" });
    assert.equal(log.lines.length, 1);
    assert.equal(board.entries()[0]?.message, "refused (trace 2)");
  });

  for (const { name, second, lines } of repeats) {
    test(`reporter() logs ${lines === 1 ? "nothing" : "a second line"} when the next report has ${name}`, () => {
      const { report, log } = setUp();
      report({ status: "recoverable_error", message: "away" });
      report(second);
      assert.equal(log.lines.length, lines);
    });
  }

  test("reporter() says how long an error lasted when it is over", () => {
    const { report, log, setNow } = setUp();
    report({ status: "recoverable_error", message: "away", aspect: "DLP.All" });
    setNow(91_400);
    report({ status: "ok", aspect: "DLP.All" });
    assert.deepEqual(log.lines[1], {
      level: "info",
      message: "Recovered",
      fields: { status: "ok", aspect: "DLP.All", after: "1m30s" },
    });
  });

  test("entries() keeps the time of the last change of status, whatever the message", () => {
    const { board, report, setNow } = setUp();
    report({ status: "recoverable_error", message: "away" });
    setNow(2000);
    report({ status: "recoverable_error", message: "gone" });
    assert.deepEqual(
      board.entries().map(({ sinceMs, message }) => [sinceMs, message]),
      [[1000, "gone"]],
    );
    setNow(3000);
    report({ status: "ok" });
    assert.equal(board.entries()[0]?.sinceMs, 3000);
  });

  test("entries() hold no credential that somebody repeated: they go to `status`, and down the pipelines", () => {
    const { board, report } = setUp();
    report({ status: "recoverable_error", message: "it answered: Bearer 0123456789abcdef is old" });
    assert.equal(board.entries()[0]?.message, "it answered: Bearer [REDACTED] is old");
  });
});
