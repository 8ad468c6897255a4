import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { member, record, TestTenant } from "../support/tenant.ts";

const PUBLISHER = "5b1f3c7a-0000-4000-8000-000000000001";

async function exhaust(tenant: TestTenant, publisher = ""): Promise<Awaited<ReturnType<TestTenant["call"]>>> {
  for (;;) {
    const reply = await tenant.call("GET", `subscriptions/list?PublisherIdentifier=${publisher}`);
    if (reply.status !== 200) return reply;
  }
}

suite("Quota", () => {
  for (const status of [403, 429] as const) {
    test(`answers AF429 with ${status} and no Retry-After once it is used up`, async () => {
      const tenant = await TestTenant.start({ rules: { quotaPerMinute: 3, quotaStatus: status } });
      try {
        const reply = await exhaust(tenant, PUBLISHER);
        assert.equal(reply.status, status);
        assert.equal(reply.code, "AF429");
        assert.equal(reply.headers["retry-after"], undefined);
        assert.match(String(member(member(reply.json, "error"), "message")), new RegExp(`PublisherId=${PUBLISHER}`));
        assert.equal(tenant.emulator.requests.filter((entry) => entry.operation === "list").length, 4);
      } finally {
        await tenant.close();
      }
    });
  }

  test("names the seconds until the next minute when Retry-After is switched on", async () => {
    const tenant = await TestTenant.start({ rules: { quotaPerMinute: 1, quotaRetryAfter: true } });
    try {
      tenant.clock.ms += 20_000;
      assert.equal((await exhaust(tenant, PUBLISHER)).headers["retry-after"], "40");
      tenant.clock.ms += 40_000;
      assert.equal((await tenant.call("GET", `subscriptions/list?PublisherIdentifier=${PUBLISHER}`)).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("counts each publisher by itself and blobs like any other request", async () => {
    const tenant = await TestTenant.start({ rules: { quotaPerMinute: 3 } });
    try {
      await tenant.startType("Audit.SharePoint");
      const [blob] = tenant.emulator.addContent({ records: [record(6)] });
      await tenant.call("GET", blob?.contentUri ?? "");
      await tenant.call("GET", blob?.contentUri ?? "");
      const reply = await tenant.call("GET", blob?.contentUri ?? "");
      assert.match(reply.text, /Method=GetBlob/);
      assert.equal((await tenant.call("GET", `subscriptions/list?PublisherIdentifier=${PUBLISHER}`)).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("shows an all-zero publisher when the parameter is missing", async () => {
    const tenant = await TestTenant.start({ rules: { quotaPerMinute: 1 } });
    try {
      const url = `${tenant.emulator.apiRoot}/api/v1.0/${tenant.emulator.requests[0]?.tenantId ?? ""}/activity/feed/subscriptions/list`;
      const headers = { authorization: `Bearer ${tenant.token}` };
      await tenant.send("GET", url, { headers });
      const reply = await tenant.send("GET", url, { headers });
      assert.match(reply.text, /Method=ListSubscriptions, PublisherId=00000000-0000-0000-0000-000000000000/);
    } finally {
      await tenant.close();
    }
  });
});
