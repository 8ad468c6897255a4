import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RequestLines } from "../../receiver/request-lines.ts";

function drain(lines: RequestLines<string>): string[] {
  const order: string[] = [];
  while (!lines.empty) order.push(lines.next() ?? "nobody");
  return order;
}

suite("RequestLines", () => {
  test("next() gives backfill every fourth turn when both wait, whoever came first", () => {
    const lines = new RequestLines<string>();
    for (let index = 0; index < 8; index += 1) lines.join("backfill", `b${index}`);
    for (let index = 0; index < 8; index += 1) lines.join("live", `l${index}`);
    assert.equal(drain(lines).join(" "), "l0 l1 l2 b0 l3 l4 l5 b1 l6 l7 b2 b3 b4 b5 b6 b7");
  });

  test("next() gives a line that waits alone every turn", () => {
    for (const priority of ["live", "backfill"] as const) {
      const lines = new RequestLines<string>();
      for (const name of ["a", "b", "c", "d", "e", "f"]) lines.join(priority, name);
      assert.equal(drain(lines).join(""), "abcdef");
    }
  });

  test("leave() takes out that one alone, and does not mind who is not there", () => {
    const lines = new RequestLines<string>();
    for (const name of ["a", "b", "c"]) lines.join("live", name);
    lines.leave("live", "b");
    lines.leave("live", "b");
    lines.leave("backfill", "c");
    assert.deepEqual(drain(lines), ["a", "c"]);
    assert.equal(lines.next(), undefined);
  });
});
