import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { collectorEvent, CollectorEventName } from "../../../collector/health/collector-event.ts";

suite("collectorEvent()", () => {
  test("holds no credential that a server repeated: it goes to every backend of the integration", () => {
    const said = "Cannot …: it answered 401 (Bearer 0123456789abcdef)";
    const hidden = "Cannot …: it answered 401 (Bearer [REDACTED])";
    const attributes = { text: said, list: [said, "plain"], count: 1, absent: undefined };
    const event = collectorEvent(CollectorEventName.state, "warn", 0, said, attributes);
    assert.equal(event.body, hidden);
    assert.deepEqual(event.attributes, { text: hidden, list: [hidden, "plain"], count: 1 });
  });
});
