import assert from "node:assert/strict";
import { afterEach, beforeEach, suite, test } from "node:test";
import { request } from "undici";
import type { Fault, FaultAction, FaultRequest } from "../../../emulator/faults/fault.ts";
import { member, record, START, TENANT, TestTenant, type Reply } from "../support/tenant.ts";

const LIST =
  "subscriptions/content?contentType=Audit.SharePoint&startTime=2026-07-20T09:00:00&endTime=2026-07-20T10:00:00";

suite("faults", () => {
  let tenant: TestTenant;
  let uri: string;

  beforeEach(async () => {
    tenant = await TestTenant.start();
    await tenant.startType("Audit.SharePoint");
    const records = Array.from({ length: 20 }, () => record(6));
    const [blob] = tenant.emulator.addContent({ records, createdMs: START - 60_000 });
    uri = blob?.contentUri ?? "";
  });
  afterEach(() => tenant.close());

  const answers: readonly { readonly action: FaultAction; readonly check: (reply: Reply) => void }[] = [
    {
      action: {
        kind: "respond",
        status: 503,
        headers: { "retry-after": "7" },
        body: { error: { code: "AF50000", message: "x" } },
      },
      check: (reply) =>
        assert.deepEqual([reply.status, reply.headers["retry-after"], reply.code], [503, "7", "AF50000"]),
    },
    {
      action: { kind: "respond", status: 500, body: "oops" },
      check: (reply) => assert.deepEqual([reply.status, reply.text], [500, "oops"]),
    },
    { action: { kind: "throttle" }, check: (reply) => assert.deepEqual([reply.status, reply.code], [403, "AF429"]) },
    {
      action: { kind: "throttle", status: 429, retryAfterSeconds: 9 },
      check: (reply) => assert.deepEqual([reply.status, reply.code, reply.headers["retry-after"]], [429, "AF429", "9"]),
    },
    {
      action: { kind: "error_object", code: "AF20055" },
      check: (reply) => assert.deepEqual([reply.status, reply.code], [200, "AF20055"]),
    },
    {
      action: { kind: "html" },
      check: (reply) =>
        assert.deepEqual(
          [reply.status, reply.headers["content-type"], reply.json],
          [200, "text/html; charset=utf-8", undefined],
        ),
    },
    { action: { kind: "expired" }, check: (reply) => assert.equal(reply.code, "AF20051") },
    { action: { kind: "gone" }, check: (reply) => assert.equal(reply.code, "AF20050") },
    { action: { kind: "delay", ms: 1 }, check: (reply) => assert.ok(Array.isArray(reply.json)) },
  ];
  for (const { action, check } of answers) {
    test(`${JSON.stringify(action)} happens once, is logged, and then the usual answer comes`, async () => {
      tenant.emulator.faults.add({ match: { operation: "blob" }, action });
      check(await tenant.call("GET", uri));
      assert.equal(tenant.emulator.requests.at(-1)?.fault, action.kind);
      const usual = await tenant.call("GET", uri);
      assert.ok(Array.isArray(usual.json));
      assert.equal(tenant.emulator.requests.at(-1)?.fault, undefined);
    });
  }

  const broken: readonly { readonly action: FaultAction; readonly code: string }[] = [
    { action: { kind: "cut" }, code: "UND_ERR_SOCKET" },
    { action: { kind: "cut", afterBytes: 0 }, code: "UND_ERR_SOCKET" },
    { action: { kind: "wrong_length", by: 10 }, code: "UND_ERR_SOCKET" },
    { action: { kind: "reset" }, code: "ECONNRESET" },
    { action: { kind: "empty" }, code: "UND_ERR_SOCKET" },
  ];
  for (const { action, code } of broken) {
    test(`${JSON.stringify(action)} makes the request fail`, async () => {
      tenant.emulator.faults.add({ match: { operation: "blob" }, action });
      await assert.rejects(tenant.call("GET", uri), { code });
      assert.ok(Array.isArray((await tenant.call("GET", uri)).json));
    });
  }

  test("wrong_length that is too short makes a client see a part only", async () => {
    tenant.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "wrong_length", by: -10 } });
    assert.equal((await tenant.call("GET", uri)).json, undefined);
  });

  test("bom puts three bytes before the body", async () => {
    const usual = await tenant.call("GET", uri);
    tenant.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "bom" } });
    const { headers } = await tenant.call("GET", uri);
    assert.equal(Number(headers["content-length"]), Number(usual.headers["content-length"]) + 3);
  });

  test("bad_gzip claims gzip and cannot be unpacked", async () => {
    const { gunzipSync } = await import("node:zlib");
    tenant.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "bad_gzip" } });
    const reply = await tenant.call("GET", uri);
    assert.equal(reply.headers["content-encoding"], "gzip");
    assert.throws(() => gunzipSync(Buffer.from(reply.text)));
  });

  for (const afterBytes of [undefined, 0]) {
    test(`stall sends the head and ${afterBytes ?? "half"} of the body, and ends when the emulator closes`, async () => {
      tenant.emulator.faults.add({ match: { operation: "blob" }, action: { kind: "stall", afterBytes } });
      const headers = { authorization: `Bearer ${tenant.token}` };
      const { statusCode, headers: got, body } = await request(uri, { dispatcher: tenant.dispatcher, headers });
      assert.equal(statusCode, 200);
      let bytes = 0;
      const expected = Math.floor(Number(got["content-length"]) / 2);
      const read = async (): Promise<void> => {
        for await (const chunk of body) {
          bytes += (chunk as Buffer).length;
          if (bytes >= expected) await tenant.emulator.close();
        }
      };
      const reading = assert.rejects(read());
      if (afterBytes === 0) await tenant.emulator.close();
      await reading;
      assert.equal(bytes, afterBytes ?? expected);
    });
  }

  test("hang ends when the emulator closes", async () => {
    tenant.emulator.faults.add({ match: { operation: "list" }, action: { kind: "hang" } });
    const hanging = assert.rejects(tenant.call("GET", "subscriptions/list"));
    while (tenant.emulator.requests.at(-1)?.operation !== "list") await new Promise(setImmediate);
    await tenant.emulator.close();
    await hanging;
  });

  test("repeat_page links to the page itself, foreign_next_page to another origin", async () => {
    tenant.emulator.faults.add({ match: { operation: "content" }, action: { kind: "repeat_page" } });
    const link = String((await tenant.call("GET", LIST)).headers["nextpageuri"]);
    assert.ok(link.startsWith(`${tenant.emulator.apiRoot}/api/`) && link.includes(LIST), link);
    tenant.emulator.faults.add({
      match: { operation: "content" },
      action: { kind: "foreign_next_page", origin: "https://evil.example" },
    });
    assert.match(
      String((await tenant.call("GET", LIST)).headers["nextpageuri"]),
      /^https:\/\/evil\.example\/api\/v1\.0\//,
    );
  });

  test("foreign_content_uri puts another origin before each blob", async () => {
    tenant.emulator.faults.add({
      match: { operation: "content" },
      action: { kind: "foreign_content_uri", origin: "https://evil.example" },
    });
    const { json } = await tenant.call("GET", LIST);
    assert.match(String(member((json as unknown[])[0], "contentUri")), /^https:\/\/evil\.example\/api/);
  });

  const matches: readonly {
    readonly name: string;
    readonly fault: Omit<Fault, "action">;
    readonly statuses: readonly number[];
  }[] = [
    { name: "happens to the first request by default", fault: {}, statuses: [503, 200, 200] },
    { name: "waits for the nth", fault: { nth: 2 }, statuses: [200, 503, 200] },
    { name: "happens as often as times says", fault: { times: 2 }, statuses: [503, 503, 200] },
    { name: "goes on when times is always", fault: { nth: 2, times: "always" }, statuses: [200, 503, 503] },
    { name: "leaves other operations alone", fault: { match: { operation: "blob" } }, statuses: [200, 200, 200] },
    { name: "takes several operations", fault: { match: { operation: ["blob", "list"] } }, statuses: [503, 200, 200] },
    {
      name: "leaves other tenants alone",
      fault: { match: { tenantId: TENANT.replace("3", "4") } },
      statuses: [200, 200, 200],
    },
    { name: "finds its tenant", fault: { match: { tenantId: TENANT.toUpperCase() } }, statuses: [503, 200, 200] },
    {
      name: "leaves other content types alone",
      fault: { match: { contentType: "DLP.All" } },
      statuses: [200, 200, 200],
    },
  ];
  for (const { name, fault, statuses } of matches) {
    test(`a fault ${name}`, async () => {
      tenant.emulator.faults.add({ ...fault, action: { kind: "respond", status: 503 } });
      const seen: number[] = [];
      for (const _ of statuses) seen.push((await tenant.call("GET", "subscriptions/list")).status);
      assert.deepEqual(seen, statuses);
    });
  }

  test("a fault finds a content type and a blob by its id", async () => {
    const { faults } = tenant.emulator;
    faults.add({
      match: { contentType: "audit.sharepoint", operation: "content" },
      action: { kind: "respond", status: 500 },
    });
    assert.equal((await tenant.call("GET", LIST)).status, 500);
    const contentId = uri.split("/").at(-1) ?? "";
    faults.add({ match: { contentId: `${contentId}x` }, action: { kind: "gone" } });
    faults.add({ match: { contentId }, action: { kind: "expired" } });
    assert.equal((await tenant.call("GET", uri)).code, "AF20051");
  });

  test("decideBy() is asked about what no scripted fault is due for, until it is taken back", async () => {
    const { faults } = tenant.emulator;
    const asked: FaultRequest[] = [];
    faults.add({ match: { operation: "list" }, action: { kind: "respond", status: 502 } });
    faults.decideBy((request) => {
      asked.push(request);
      return request.operation === "blob" ? { kind: "respond", status: 503 } : undefined;
    });
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 502);
    assert.equal((await tenant.call("GET", LIST)).status, 200);
    assert.equal((await tenant.call("GET", uri)).status, 503);
    assert.deepEqual(
      asked.map(({ operation, contentType, contentId }) => [operation, contentType, contentId]),
      [
        ["content", "Audit.SharePoint", undefined],
        ["blob", "Audit.SharePoint", uri.split("/").at(-1)],
      ],
    );
    assert.ok(asked[0]?.target.endsWith(`/${LIST}&PublisherIdentifier=${TENANT}`), asked[0]?.target);
    faults.decideBy(undefined);
    assert.equal((await tenant.call("GET", uri)).status, 200);
  });

  test("token requests can be answered with anything", async () => {
    tenant.emulator.faults.add({ match: { operation: "token" }, action: { kind: "html", status: 502 } });
    assert.equal((await tenant.askToken({ client_assertion: await tenant.assertion() })).status, 502);
  });

  test("remove() and clear() take faults out, list() tells what they did", async () => {
    const { faults } = tenant.emulator;
    const id = faults.add({ nth: 2, times: "always", action: { kind: "respond", status: 500 } });
    for (let count = 0; count < 3; count += 1) await tenant.call("GET", "subscriptions/list");
    assert.deepEqual(
      faults.list().map((fault) => [fault.id, fault.matched, fault.applied]),
      [[id, 3, 2]],
    );
    assert.equal(faults.remove(id), true);
    assert.equal(faults.remove(id), false);
    faults.add({ action: { kind: "reset" } });
    faults.clear();
    assert.deepEqual(faults.list(), []);
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
  });
});
