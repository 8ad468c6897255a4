import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nearest } from "../../../collector/config/nearest.ts";
import { formatProblem, type Problem, ProblemList } from "../../../collector/config/problem.ts";

const problem: Problem = {
  severity: "error",
  file: "file.yaml",
  line: 12,
  column: 7,
  path: "receivers::o365/contoso::poll_interval",
  message: 'must be at least 1s: current value is "20ms"',
};

suite("formatProblem()", () => {
  test("yields file, line, column, path and message", () => {
    assert.equal(
      formatProblem(problem),
      'file.yaml:12:7: receivers::o365/contoso::poll_interval: must be at least 1s: current value is "20ms"',
    );
  });

  test("marks warnings and leaves out what is empty", () => {
    assert.equal(
      formatProblem({ ...problem, severity: "warning", path: "", message: "x" }),
      "file.yaml:12:7: warning: x",
    );
    assert.equal(formatProblem({ ...problem, file: "", path: "", message: "x" }), "x");
  });

  test("stays on one line and sends nothing to the terminal that is not text", () => {
    assert.equal(
      formatProblem({ ...problem, path: "a\u001b[31m", message: "b\r\n  c\u202ed" }),
      "file.yaml:12:7: a\u{fffd}[31m: b c\u{fffd}d",
    );
  });
});

suite("ProblemList", () => {
  test("keeps no password of a URL, wherever somebody has put one", () => {
    const problems = new ProblemList();
    problems.error(
      problem,
      ["exporters"],
      'must not hold a password: current value is "https://me:pa55word@a.example/"',
    );
    assert.equal(
      problems.sorted([])[0]?.message,
      'must not hold a password: current value is "https://[REDACTED]@a.example/"',
    );
  });

  test("sorts by file as given, line and column, and keeps each problem once", () => {
    const problems = new ProblemList();
    problems.warning({ file: "b", line: 1, column: 1 }, [], "1");
    problems.error({ file: "a", line: 10, column: 1 }, [], "2");
    problems.error({ file: "a", line: 9, column: 20 }, [], "3");
    problems.error({ file: "a", line: 9, column: 3 }, ["x", 0], "4");
    problems.error({ file: "a", line: 9, column: 3 }, ["x", 0], "4");
    assert.deepEqual(
      problems.sorted(["b", "a"]).map((entry) => entry.message),
      ["1", "4", "3", "2"],
    );
    assert.equal(problems.hasErrors, true);
  });
});

suite("nearest()", () => {
  const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ["pollInterval", ["poll_interval", "interval"], "poll_interval"],
    ["poll-interval", ["poll_interval"], "poll_interval"],
    ["debgu", ["debug", "delta"], "debug"],
    ["audit.general", ["Audit.General"], "Audit.General"],
    ["tls", ["tsl", "tlss"], "tlss"],
    ["tls", ["url", "to"], undefined],
    ["certificate", ["certificate_file", "client_id"], "certificate_file"],
    ["zebra", ["poll_interval", "cloud"], undefined],
  ];
  for (const [text, candidates, expected] of cases) {
    test(`finds ${expected ?? "nothing"} for ${text}`, () => {
      assert.equal(nearest(text, candidates), expected);
    });
  }
});
