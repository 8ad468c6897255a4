import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { insteadOf } from "../../../collector/config/collector-components.ts";

suite("insteadOf()", () => {
  const cases = [
    ["processors", "memory_limiter", /service::max_in_flight_bytes bounds what waits; remove it/],
    ["processors", "resource", /take "transform"/],
    ["exporters", "splunk_hec", /by otlp_http/],
    ["exporters", "logging", /take "debug"/],
    ["extensions", "file_storage", /storage::directory/],
  ] as const;
  for (const [section, type, says] of cases) {
    test(`says what to do about ${type} among the ${section}`, () => {
      assert.match(insteadOf(section, type) ?? "", says);
    });
  }

  test("knows nothing of other names, nor of a name in another section", () => {
    assert.equal(insteadOf("processors", "xrd"), undefined);
    assert.equal(insteadOf("exporters", "memory_limiter"), undefined);
    assert.equal(insteadOf("processors", "constructor"), undefined);
  });
});
