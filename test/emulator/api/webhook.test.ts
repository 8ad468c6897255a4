import assert from "node:assert/strict";
import { createServer, type Server } from "node:https";
import { after, before, beforeEach, suite, test } from "node:test";
import { makeTlsIdentity } from "../../../emulator/certificates.ts";
import { member, record, START, TestTenant } from "../support/tenant.ts";

interface Validation {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

suite("webhooks", () => {
  let tenant: TestTenant;
  let server: Server;
  let address: string;
  let status = 200;
  const seen: Validation[] = [];

  before(async () => {
    const identity = await makeTlsIdentity("127.0.0.1");
    server = createServer({ cert: identity.certificatePem, key: identity.privateKeyPem }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const bound = server.address();
    address = `https://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}/hook`;
    tenant = await TestTenant.start({ webhookCaPem: identity.caPem, rules: { startIntervalMs: 0 } });
  });
  after(async () => {
    await tenant.close();
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  beforeEach(() => {
    status = 200;
    seen.length = 0;
  });

  async function start(webhook: unknown): Promise<Awaited<ReturnType<TestTenant["call"]>>> {
    return await tenant.call("POST", "subscriptions/start?contentType=Audit.General", {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ webhook }),
    });
  }

  test("start validates the address with a code in header and body, and shows the webhook", async () => {
    const reply = await start({ address, authId: "o365", expiration: "" });
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(member(reply.json, "webhook"), { status: "enabled", address, authId: "o365", expiration: null });
    const [validation] = seen;
    assert.equal(validation?.headers["webhook-authid"], "o365");
    const code = validation.headers["webhook-validationcode"];
    assert.deepEqual(JSON.parse(validation.body), { validationCode: code });
  });

  test("notifications name each blob once a webhook is there, and start without a body removes it", async () => {
    await start({ address });
    tenant.emulator.addContent({ records: [record(25)], createdMs: START - 1000 });
    const query = "subscriptions/notifications?contentType=Audit.General";
    const [notification] = (await tenant.call("GET", query)).json as unknown[];
    assert.equal(member(notification, "notificationStatus"), "success");
    assert.equal(member(notification, "notificationSent"), "2026-07-20T09:59:59.000Z");
    const reply = await tenant.startType("Audit.General");
    assert.deepEqual([reply.status, member(reply.json, "webhook")], [200, null]);
    assert.deepEqual((await tenant.call("GET", query)).json, []);
  });

  const refusals = [
    { name: "an address without https", code: "AF20021", webhook: { address: "http://127.0.0.1/" } },
    { name: "an address that nobody answers", code: "AF20021", webhook: { address: "https://127.0.0.1:1/" } },
    { name: "no address", code: "AF20001", webhook: { authId: "x" } },
    {
      name: "an expiration in the past",
      code: "AF20003",
      webhook: { address: "https://127.0.0.1/", expiration: "2026-07-20T09:00:00Z" },
    },
    {
      name: "an expiration that is no time",
      code: "AF20002",
      webhook: { address: "https://127.0.0.1/", expiration: "soon" },
    },
  ];
  for (const { name, code, webhook } of refusals) {
    test(`start answers ${code} to ${name}`, async () => {
      assert.equal((await start(webhook)).code, code);
    });
  }

  test("start answers AF20021 to an address that does not answer 200", async () => {
    status = 204;
    assert.equal((await start({ address })).code, "AF20021");
    assert.equal(seen.length, 1);
  });
});
