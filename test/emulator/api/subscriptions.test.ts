import assert from "node:assert/strict";
import { afterEach, beforeEach, suite, test } from "node:test";
import { CLIENT, record, sharedPair, START, TENANT, TestTenant } from "../support/tenant.ts";

const MINUTE = 60_000;

suite("subscriptions", () => {
  let tenant: TestTenant;

  beforeEach(async () => {
    tenant = await TestTenant.start();
  });
  afterEach(() => tenant.close());

  test("list is empty before the first start and shows what start answered afterwards", async () => {
    assert.deepEqual((await tenant.call("GET", "subscriptions/list")).json, []);
    const started = await tenant.startType("Audit.Sharepoint");
    assert.deepEqual(started.json, { contentType: "Audit.Sharepoint", status: "enabled", webhook: null });
    assert.deepEqual((await tenant.call("GET", "subscriptions/list")).json, [started.json]);
  });

  test("start is refused for 15 minutes with the rest of the time in the text", async () => {
    await tenant.startType("Audit.Exchange");
    tenant.clock.ms += 4000;
    const early = await tenant.startType("Audit.Exchange");
    assert.equal(early.status, 429);
    assert.match(early.text, /Too many frequent subscription start requests\. Please retry again after 14m 56s/);
    tenant.clock.ms = START + 15 * MINUTE - 1;
    assert.equal((await tenant.startType("Audit.Exchange")).status, 429);
  });

  test("start answers AF20024 when nothing changes and the 15 minutes are over", async () => {
    await tenant.startType("Audit.Exchange");
    tenant.clock.ms += 15 * MINUTE;
    const reply = await tenant.startType("Audit.Exchange");
    assert.equal(reply.status, 400);
    assert.equal(reply.code, "AF20024");
  });

  test("the 15 minutes count for one content type only", async () => {
    await tenant.startType("Audit.Exchange");
    assert.equal((await tenant.startType("Audit.General")).status, 200);
  });

  test("stop answers 200 with an empty body and is exempt from the 15 minutes", async () => {
    await tenant.startType("Audit.Exchange");
    const reply = await tenant.call("POST", "subscriptions/stop?contentType=Audit.Exchange");
    assert.equal(reply.status, 200);
    assert.equal(reply.text, "");
    assert.equal((await tenant.call("GET", "subscriptions/content?contentType=Audit.Exchange")).code, "AF20023");
    assert.equal((await tenant.startType("Audit.Exchange")).status, 429);
  });

  test("content that appears between stop and start is lost, what was there before is not", async () => {
    await tenant.startType("Audit.Exchange");
    const [before] = tenant.emulator.addContent({ records: [record(1)], createdMs: START - MINUTE });
    await tenant.call("POST", "subscriptions/stop?contentType=Audit.Exchange");
    tenant.clock.ms += MINUTE;
    const [between] = tenant.emulator.addContent({ records: [record(1)] });
    assert.equal((await tenant.call("GET", before?.contentUri ?? "")).code, "AF20023");
    tenant.clock.ms += 15 * MINUTE;
    assert.equal((await tenant.startType("Audit.Exchange")).status, 200);
    const listed = await tenant.list("Audit.Exchange", START - 60 * MINUTE, tenant.clock.ms);
    assert.deepEqual(
      listed.map((entry) => entry.contentId),
      [before?.contentId],
    );
    assert.equal((await tenant.call("GET", between?.contentUri ?? "")).code, "AF20050");
    assert.equal((await tenant.call("GET", before?.contentUri ?? "")).status, 200);
  });

  test("served() leaves out what nobody can have, because it appeared while the subscription was off", async () => {
    const served = (): (string | undefined)[] => tenant.emulator.served().map(({ id }) => id);
    const add = (): string => {
      const one = record(1);
      tenant.emulator.addContent({ records: [one] });
      return String(one["Id"]);
    };
    const unsubscribed = add();
    assert.deepEqual(served(), [unsubscribed], "there is no subscription yet");
    await tenant.startType("Audit.Exchange");
    tenant.clock.ms += MINUTE;
    tenant.emulator.disableSubscription(TENANT, CLIENT, "Audit.Exchange");
    add();
    assert.deepEqual(served(), [unsubscribed]);
    tenant.clock.ms += 15 * MINUTE;
    await tenant.startType("Audit.Exchange");
    const later = add();
    assert.deepEqual(served(), [unsubscribed, later]);
  });

  test("content is refused with AF20023 when the service disabled the subscription, and comes back with start", async () => {
    await tenant.startType("Audit.Exchange");
    tenant.emulator.disableSubscription(TENANT, CLIENT, "Audit.Exchange");
    assert.equal((await tenant.call("GET", "subscriptions/content?contentType=Audit.Exchange")).code, "AF20023");
    const [listed] = (await tenant.call("GET", "subscriptions/list")).json as { status: string }[];
    assert.equal(listed?.status, "disabled");
    tenant.clock.ms += 15 * MINUTE;
    await tenant.startType("Audit.Exchange");
    assert.equal((await tenant.call("GET", "subscriptions/content?contentType=Audit.Exchange")).status, 200);
  });

  test("disabledSubscriptions() names what is off, enableSubscription() puts it on without a start request", async () => {
    await tenant.startType("Audit.Exchange");
    await tenant.startType("Audit.General");
    const off = (): readonly string[] => tenant.emulator.disabledSubscriptions(TENANT, CLIENT);
    assert.deepEqual(off(), []);
    tenant.emulator.disableSubscription(TENANT, CLIENT, "Audit.Exchange");
    assert.deepEqual(off(), ["Audit.Exchange"]);
    tenant.emulator.enableSubscription(TENANT, CLIENT, "Audit.Exchange");
    assert.deepEqual(off(), []);
    assert.equal((await tenant.call("GET", "subscriptions/content?contentType=Audit.Exchange")).status, 200);
    assert.throws(() => tenant.emulator.enableSubscription(TENANT, CLIENT, "DLP.All"), /it was not started/);
  });

  test("start answers a StartSubscription code with a stack trace while auditing is off", async () => {
    tenant.emulator.setAuditing(TENANT, false);
    const reply = await tenant.startType("Audit.Exchange");
    assert.equal(reply.status, 400);
    assert.match(reply.code ?? "", /^StartSubscription \[CorrId=[^\]]+\]\[TenantId=/);
    assert.match(reply.text, new RegExp(`DataServiceException: Tenant ${TENANT} does not exist`));
    tenant.emulator.setAuditing(TENANT, true);
    tenant.clock.ms += 15 * MINUTE;
    assert.equal((await tenant.startType("Audit.Exchange")).status, 200);
  });
});

suite("apps[].subscriptions", () => {
  test("are on from the start, and their first start is not held against the 15 minutes", async () => {
    const { certificatePem } = await sharedPair();
    const app = { clientId: CLIENT, certificates: [certificatePem], subscriptions: ["Audit.Exchange"] as const };
    const tenant = await TestTenant.start({ tenants: [{ tenantId: TENANT, apps: [app] }] });
    try {
      const [blob] = tenant.emulator.addContent({ records: [record(1)], createdMs: START - MINUTE });
      const listed = await tenant.list("Audit.Exchange", START - 60 * MINUTE, START);
      assert.deepEqual(
        listed.map(({ contentId }) => contentId),
        [blob?.contentId],
      );
      tenant.emulator.disableSubscription(TENANT, CLIENT, "Audit.Exchange");
      assert.equal((await tenant.startType("Audit.Exchange")).status, 200);
      assert.equal((await tenant.startType("Audit.Exchange")).status, 429);
    } finally {
      await tenant.close();
    }
  });
});

suite("startIntervalMs", () => {
  test("0 switches the 15-minute rule off", async () => {
    const tenant = await TestTenant.start({ rules: { startIntervalMs: 0 } });
    try {
      await tenant.startType("Audit.Exchange");
      assert.equal((await tenant.startType("Audit.Exchange")).code, "AF20024");
    } finally {
      await tenant.close();
    }
  });
});
