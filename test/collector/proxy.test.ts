import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createDispatcher } from "../../collector/http.ts";
import { environmentProxies } from "../../collector/proxy.ts";
import { withVariable } from "../support/environment.ts";

const LIMITS = { connectTimeoutMs: 1000, idleTimeoutMs: 1000, http2: false, connections: 1 };

suite("environmentProxies()", () => {
  test("says which variable is no URL and how to write it, without the password in it", async () => {
    await withVariable("HTTPS_PROXY", "me:pa55word@proxy.example:3128", async () => {
      assert.throws(() => createDispatcher(LIMITS), {
        code: "OTEL_O365_CONFIG",
        message:
          "Cannot use the proxy in HTTPS_PROXY of the environment: it is no URL of an HTTP proxy; write it like http://proxy.example.com:3128",
      });
    });
    await withVariable("HTTPS_PROXY", "http://me:pa55word@proxy.example:3128", async () => {
      assert.deepEqual(environmentProxies(), ["http://me:pa55word@proxy.example:3128"]);
    });
  });
});
