import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CLIENT, member, record, TENANT, TestTenant } from "../support/tenant.ts";

const HOUR = 3_600_000;

suite("permissions", () => {
  const cases = [
    { name: "no role at all", roles: [], type: "Audit.General", seen: "()", missing: "ActivityFeed.Read" },
    {
      name: "another role",
      roles: ["ServiceHealth.Read"],
      type: "Audit.General",
      seen: "(ServiceHealth.Read)",
      missing: "ActivityFeed.Read",
    },
    {
      name: "DLP.All without its role",
      roles: ["ActivityFeed.Read"],
      type: "DLP.All",
      seen: "(ActivityFeed.Read)",
      missing: "ActivityFeed.ReadDlp",
    },
  ];
  for (const { name, roles, type, seen, missing } of cases) {
    test(`answer AF10001 with the list that was seen for ${name}`, async () => {
      const tenant = await TestTenant.start({}, roles);
      try {
        const reply = await tenant.startType(type);
        assert.equal(reply.status, 401);
        assert.equal(reply.code, "AF10001");
        const message = String(member(member(reply.json, "error"), "message"));
        assert.ok(message.startsWith(`The permission set ${seen} `), message);
        assert.ok(message.includes(`${missing}.`), message);
      } finally {
        await tenant.close();
      }
    });
  }

  test("follow the app only with a new token", async () => {
    const tenant = await TestTenant.start({}, []);
    try {
      tenant.emulator.setRoles(TENANT, CLIENT, ["ActivityFeed.Read"]);
      assert.equal((await tenant.call("GET", "subscriptions/list")).code, "AF10001");
      await tenant.signIn();
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("guard DLP blobs by their id", async () => {
    const tenant = await TestTenant.start();
    try {
      await tenant.startType("DLP.All");
      const [blob] = tenant.emulator.addContent({ records: [record(11)] });
      assert.equal((await tenant.call("GET", blob?.contentUri ?? "")).status, 200);
      tenant.emulator.setRoles(TENANT, CLIENT, ["ActivityFeed.Read"]);
      await tenant.signIn();
      assert.equal((await tenant.call("GET", blob?.contentUri ?? "")).code, "AF10001");
    } finally {
      await tenant.close();
    }
  });
});

suite("token life", () => {
  test("a token is refused some minutes after its time, and a new one accepted", async () => {
    const tenant = await TestTenant.start();
    try {
      tenant.clock.ms += HOUR + 4 * 60_000;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
      tenant.clock.ms += 60_000;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 401);
      await tenant.signIn();
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("tokenSkewMs 0 refuses a token as soon as its time is over", async () => {
    const tenant = await TestTenant.start({ rules: { tokenLifeMs: 5000, tokenSkewMs: 0 } });
    try {
      tenant.clock.ms += 4000;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
      tenant.clock.ms += 1000;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 401);
    } finally {
      await tenant.close();
    }
  });

  test("a token for another audience is refused", async () => {
    const tenant = await TestTenant.start();
    const strange = await TestTenant.start();
    try {
      tenant.token = strange.token;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 401);
    } finally {
      await tenant.close();
      await strange.close();
    }
  });
});
