import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { suite, test } from "node:test";
import { type Overview, progressLine, ProgressStream } from "../../../collector/cli/replay-progress.ts";

function overview(parts: Partial<Overview>): Overview {
  const nothing = { done: 0, total: 0 };
  return { found: nothing, settled: nothing, records: 0, malformed: 0, unreadable: 0, waitingFor: [], ...parts };
}

suite("progressLine()", () => {
  const cases: readonly { readonly name: string; readonly parts: Partial<Overview>; readonly line: string }[] = [
    {
      name: "nothing found yet",
      parts: { found: { done: 0, total: 10 } },
      line: "[....................]   0 %  0 records",
    },
    {
      name: "half found, nothing in it",
      parts: { found: { done: 5, total: 10 } },
      line: "[#####...............]  25 %  0 records",
    },
    {
      name: "all found, half of it settled",
      parts: { found: { done: 10, total: 10 }, settled: { done: 2, total: 4 }, records: 12_345 },
      line: "[###############.....]  75 %  12,345 records",
    },
    {
      name: "all found, and there is nothing",
      parts: { found: { done: 10, total: 10 } },
      line: "[####################] 100 %  0 records",
    },
    {
      name: "a dead backend",
      parts: { found: { done: 1, total: 1 }, settled: { done: 0, total: 4 }, waitingFor: ["otlp_http/a", "o365"] },
      line: "[##########..........]  50 %  0 records; waiting for otlp_http/a, o365",
    },
  ];
  for (const { name, parts, line } of cases) {
    test(`shows ${name}`, () => assert.equal(progressLine(overview(parts)), line));
  }
});

suite("ProgressStream", () => {
  function terminal(width: { readonly columns?: number }): {
    readonly stream: ProgressStream;
    readonly text: () => string;
  } {
    const under = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY: true, ...width });
    return {
      stream: new ProgressStream(under),
      text: () => String(under.read() ?? "").replaceAll("\r\u001b[2K", "<clear>"),
    };
  }

  test("keeps its line below the log lines", () => {
    const { stream, text } = terminal({ columns: 80 });
    stream.write("one\n");
    stream.show("50 %");
    stream.write("two\n");
    stream.show("60 %");
    stream.show("");
    stream.write("three\n");
    assert.equal(text(), "one\n50 %<clear>two\n50 %<clear>60 %<clear>three\n");
  });

  test("cuts its line at the width of the terminal, which may be unknown", () => {
    for (const [width, length] of [
      [{ columns: 20 }, 19],
      [{ columns: 0 }, 79],
      [{}, 79],
    ] as const) {
      const { stream, text } = terminal(width);
      stream.show("x".repeat(200));
      assert.equal(text().length, length);
    }
  });
});
