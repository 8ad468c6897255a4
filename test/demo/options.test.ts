import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseOptions } from "../../demo/options.ts";

suite("parseOptions()", () => {
  test("gives live traffic unless asked to drain", () => {
    const live = parseOptions([]);
    const drain = parseOptions(["--drain", "--rate", "9"]);
    assert.ok(live !== "help" && drain !== "help");
    assert.equal(live.rate, 2);
    assert.equal(drain.rate, 0);
  });

  for (const { name, args, message } of [
    { name: "an unknown option", args: ["--drian"], message: /--drian/ },
    { name: "a rate that is no number", args: ["--rate", "fast"], message: /--rate fast/ },
    { name: "an endpoint that is no URL", args: ["--endpoint", "localhost:4318"], message: /http:\/\/localhost:4318/ },
  ]) {
    test(`refuses ${name}`, () => {
      assert.throws(() => parseOptions(args), message);
    });
  }
});
