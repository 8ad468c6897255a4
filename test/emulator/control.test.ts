import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { member, record, TestTenant, type Reply } from "./support/tenant.ts";

suite("control endpoint", () => {
  let tenant: TestTenant;

  before(async () => {
    tenant = await TestTenant.start({ control: true });
    await tenant.startType("Audit.SharePoint");
  });
  after(() => tenant.close());

  async function control(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<Reply> {
    const extra = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    return await tenant.send(method, `${tenant.emulator.origin}/emulator/${path}`, extra);
  }

  test("adds, lists and removes faults", async () => {
    const added = await control("POST", "faults", {
      match: { operation: "list" },
      times: "always",
      action: { kind: "respond", status: 500 },
    });
    assert.equal(added.status, 201);
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 500);
    const [fault] = (await control("GET", "faults")).json as unknown[];
    assert.equal(member(fault, "applied"), 1);
    await control("DELETE", `faults?id=${String(member(added.json, "id"))}`);
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
  });

  test("adds content and lists served records, with text on request", async () => {
    const created = await control("POST", "content", { records: [record(6)], createdMs: tenant.clock.ms - 60_000 });
    assert.equal(created.status, 201);
    const [line] = (await control("GET", "served")).text.trim().split("\n");
    assert.deepEqual(Object.keys(JSON.parse(line ?? "") as object).toSorted(), [
      "availableAtMs",
      "contentIds",
      "contentType",
      "id",
      "operation",
      "tenantId",
    ]);
    const [withText] = (await control("GET", "served?text=true")).text.trim().split("\n");
    assert.equal(member(JSON.parse(withText ?? ""), "text"), tenant.emulator.served()[0]?.text);
  });

  test("issues a blob again under another id", async () => {
    const before = (await control("GET", "served")).text.trim().split("\n").length;
    const created = await control("POST", "content", { records: [record(6)], createdMs: tenant.clock.ms - 50_000 });
    const contentId = String(member((created.json as unknown[])[0], "contentId"));
    const again = await control("POST", "reissue", { contentId, createdMs: tenant.clock.ms - 40_000 });
    assert.equal(again.status, 201);
    assert.notEqual(member(again.json, "contentId"), contentId);
    assert.equal((await control("GET", "served")).text.trim().split("\n").length, before + 2);
  });

  test("lists the requests after a number, its own not among them", async () => {
    const before = (await control("GET", "requests")).json as { number: number }[];
    await tenant.call("GET", "subscriptions/list");
    const later = (await control("GET", `requests?after=${before.at(-1)?.number ?? 0}`)).json as {
      operation: string;
    }[];
    assert.deepEqual(
      later.map(({ operation }) => operation),
      ["list"],
    );
  });

  test("stays usable under a fault for everything", async () => {
    await control("POST", "faults", { times: "always", action: { kind: "reset" } });
    assert.equal((await control("DELETE", "faults")).status, 200);
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
  });

  const refusals = [
    { name: "a body that is no JSON", method: "POST", path: "faults", body: "{", status: 400 },
    { name: "an unknown action", method: "POST", path: "faults", body: { action: { kind: "explode" } }, status: 400 },
    {
      name: "an unknown key",
      method: "POST",
      path: "faults",
      body: { action: { kind: "reset" }, when: 1 },
      status: 400,
    },
    {
      name: "content of an unknown tenant",
      method: "POST",
      path: "content",
      body: { tenantId: "nowhere", records: ["{}"] },
      status: 400,
    },
    { name: "an unknown blob", method: "POST", path: "reissue", body: { contentId: "x" }, status: 400 },
    { name: "an unknown path", method: "GET", path: "nothing", body: undefined, status: 404 },
    { name: "a wrong method", method: "DELETE", path: "served", body: undefined, status: 405 },
  ] as const;
  for (const { name, method, path, body, status } of refusals) {
    test(`answers ${status} to ${name}`, async () => {
      assert.equal((await control(method, path, body)).status, status);
    });
  }

  test("is not there unless it is asked for", async () => {
    const other = await TestTenant.start();
    try {
      assert.equal((await other.send("GET", `${other.emulator.origin}/emulator/faults`)).status, 404);
    } finally {
      await other.close();
    }
  });
});
