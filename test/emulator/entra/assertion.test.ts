import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TestTenant } from "../support/tenant.ts";

suite("assertion replay", () => {
  const cases = [
    { reuse: "identical", same: 200, other: 401 },
    { reuse: "never", same: 401, other: 401 },
    { reuse: "always", same: 200, other: 200 },
  ] as const;
  for (const { reuse, same, other } of cases) {
    test(`answers ${same} to the same assertion and ${other} to another one of the same jti when reuse is ${reuse}`, async () => {
      const tenant = await TestTenant.start({ rules: { assertionReuse: reuse } });
      try {
        const claims = { jti: "one-and-the-same" };
        const first = await tenant.assertion({ claims });
        assert.equal((await tenant.askToken({ client_assertion: first })).status, 200);
        assert.equal((await tenant.askToken({ client_assertion: first })).status, same);
        const second = await tenant.assertion({ claims: { ...claims, extra: 1 } });
        assert.equal((await tenant.askToken({ client_assertion: second })).status, other);
      } finally {
        await tenant.close();
      }
    });
  }
});
