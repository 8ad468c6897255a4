import { suite, test } from "node:test";
import { throttleOneOfTwo } from "./support/throttled-tenant.ts";

suite("a tenant that answers nothing but AF429", () => {
  test("gets at most one request a second for its five content types, and another tenant is not slowed", () =>
    throttleOneOfTwo(6, 403));
});
