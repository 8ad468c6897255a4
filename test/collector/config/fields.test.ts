import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { duration, formatDuration, parseDuration, secret, tls } from "../../../collector/config/fields.ts";
import { Secret } from "../../../collector/config/secret.ts";

suite("parseDuration()", () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ["500ms", 500],
    ["30s", 30_000],
    ["1.5h", 5_400_000],
    ["1h30m", 5_400_000],
    ["7d", 604_800_000],
    ["0s", 0],
    ["30", undefined],
    ["", undefined],
    ["s", undefined],
    ["-5s", undefined],
    ["5 s", undefined],
    ["5S", undefined],
    ["1w", undefined],
  ];
  for (const [text, ms] of cases) {
    test(`reads "${text}" as ${ms ?? "nothing"}`, () => assert.equal(parseDuration(text), ms));
  }

  test("reads back what formatDuration() writes", () => {
    for (const ms of [0, 1, 999, 1000, 61_001, 90_000, 86_400_000, 90_061_001]) {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }
  });
});

suite("duration()", () => {
  test("takes its bounds as inclusive", () => {
    const schema = duration({ min: "1s", max: "1m" });
    assert.equal(schema.parse("1s"), 1000);
    assert.equal(schema.parse("60s"), 60_000);
    assert.equal(schema.safeParse("999ms").success, false);
    assert.equal(schema.safeParse("61s").success, false);
  });
});

suite("secret()", () => {
  test("yields a Secret and refuses nothing", () => {
    const value = secret().parse("abc");
    assert.ok(value instanceof Secret);
    assert.equal(value.reveal(), "abc");
    assert.equal(secret().safeParse("").success, false);
  });
});

suite("tls()", () => {
  test("needs both or neither of certificate and key", () => {
    assert.equal(tls().safeParse({ cert_file: "a" }).success, false);
    assert.equal(tls().parse({ cert_file: "a", key_file: "b" }).certFile, "a");
    assert.equal(tls().parse({}).insecureSkipVerify, false);
  });
});
