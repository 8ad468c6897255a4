import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { suite, test } from "node:test";
import { request } from "undici";
import { startEmulator } from "../../emulator/emulator.ts";
import { CLIENT, DOMAIN, record, sharedPair, START, TENANT, TestTenant } from "./support/tenant.ts";

suite("startEmulator()", () => {
  test("listens on loopback with a certificate that only its own authority vouches for", async () => {
    const tenant = await TestTenant.start();
    try {
      assert.match(tenant.emulator.origin, /^https:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(tenant.emulator.authority, tenant.emulator.origin);
      assert.equal(tenant.emulator.apiRoot, tenant.emulator.origin);
      assert.equal(new X509Certificate(tenant.emulator.caPem).ca, true);
      await assert.rejects(request(`${tenant.emulator.origin}/`), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
      const byName = tenant.emulator.origin.replace("127.0.0.1", "localhost");
      assert.equal((await tenant.send("GET", `${byName}/`)).status, 404);
    } finally {
      await tenant.close();
    }
  });

  test("separateApi puts the API on an origin of its own", async () => {
    const tenant = await TestTenant.start({ separateApi: true });
    try {
      assert.notEqual(tenant.emulator.apiRoot, tenant.emulator.authority);
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
      const misplaced = `${tenant.emulator.authority}/api/v1.0/${TENANT}/activity/feed/subscriptions/list`;
      assert.equal((await tenant.call("GET", misplaced)).status, 404);
      assert.equal((await tenant.send("POST", `${tenant.emulator.apiRoot}/${TENANT}/oauth2/v2.0/token`)).status, 404);
    } finally {
      await tenant.close();
    }
  });

  test("audience sets the resource that tokens are for", async () => {
    const tenant = await TestTenant.start({ audience: "https://manage.office.com" });
    try {
      const scope = "https://manage.office.com/.default";
      const reply = await tenant.askToken({ scope, client_assertion: await tenant.assertion() });
      tenant.token = (reply.json as { access_token: string }).access_token;
      assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("assertionClock checks assertions against another time than the service's", async () => {
    const tenant = await TestTenant.start({ assertionClock: { now: () => START + 3_600_000 } });
    try {
      assert.equal(tenant.token, "undefined");
      const claims = { nbf: START / 1000 + 3600, exp: START / 1000 + 4200 };
      assert.equal((await tenant.askToken({ client_assertion: await tenant.assertion({ claims }) })).status, 200);
    } finally {
      await tenant.close();
    }
  });

  test("keeps the content of tenants apart", async () => {
    const second = "77777777-1111-4222-8333-0123456789ab";
    const { certificatePem } = await sharedPair();
    const tenants = [
      { tenantId: TENANT, apps: [{ clientId: CLIENT, certificates: [certificatePem] }] },
      { tenantId: second, domains: [DOMAIN] },
    ];
    const tenant = await TestTenant.start({ tenants });
    try {
      await tenant.startType("Audit.SharePoint");
      tenant.emulator.addContent({ records: [record(6)], tenantId: DOMAIN, createdMs: START - 1000 });
      assert.deepEqual(await tenant.list("Audit.SharePoint", START - 60_000, START), []);
      assert.deepEqual(
        tenant.emulator.served().map(({ tenantId }) => tenantId),
        [second],
      );
    } finally {
      await tenant.close();
    }
  });

  test("requests keeps the newest when the log is full", async () => {
    const tenant = await TestTenant.start({ requestLogSize: 2 });
    try {
      for (let count = 0; count < 3; count += 1) await tenant.call("GET", "subscriptions/list");
      assert.deepEqual(
        tenant.emulator.requests.map(({ number }) => number),
        [3, 4],
      );
      assert.equal(tenant.emulator.requests[0]?.headers["authorization"], "Bearer [not kept]");
    } finally {
      await tenant.close();
    }
  });

  test("close() is idempotent and frees the port", async () => {
    const first = await startEmulator();
    const port = Number(new URL(first.origin).port);
    await assert.rejects(startEmulator({ port }), { code: "EADDRINUSE" });
    await first.close();
    await first.close();
    await (await startEmulator({ port })).close();
  });

  const mistakes = [
    {
      name: "a tenant id that is no GUID",
      options: { tenants: [{ tenantId: "contoso" }] },
      error: /"contoso" is no GUID/,
    },
    { name: "no tenant", options: { tenants: [] }, error: /it has no tenant/ },
    {
      name: "a certificate that is none",
      options: { tenants: [{ tenantId: TENANT, apps: [{ clientId: CLIENT, certificates: ["x"] }] }] },
      error: /no PEM certificate/,
    },
    {
      name: "content of an unknown tenant",
      options: { content: [{ kind: "traffic", rate: 1, tenantId: TENANT }] },
      error: /Cannot find tenant/,
    },
  ] as const;
  for (const { name, options, error } of mistakes) {
    test(`refuses ${name}`, async () => {
      await assert.rejects(startEmulator(options), error);
    });
  }
});
