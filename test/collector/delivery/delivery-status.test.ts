import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { DeliveryStatus } from "../../../collector/delivery/delivery-status.ts";

suite("DeliveryStatus", () => {
  test("batchGivenBack() does not report a recovery before something passed", () => {
    const seen: string[] = [];
    const status = new DeliveryStatus(({ status: now }) => seen.push(now));
    const batch = {};
    status.batchFailed(batch, { status: "permanent_error", code: "REFUSED" }, "refused");
    status.batchGivenBack(batch);
    assert.deepEqual(seen, ["permanent_error"]);
    status.backendWorks();
    assert.deepEqual(seen, ["permanent_error", "ok"]);
  });
});
