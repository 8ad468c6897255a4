import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { formatContentId } from "../../../emulator/content/content-id.ts";
import { CLIENT, DOMAIN, sharedPair, START, TENANT, TestTenant, wireTime } from "../support/tenant.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OTHER_TENANT = "77777777-1111-4222-8333-0123456789ab";

/** A content query from so long before the start of the tests to so long after it. */
function windowOf(startMs: number, endMs: number): string {
  return `subscriptions/content?contentType=Audit.General&startTime=${wireTime(startMs)}&endTime=${wireTime(endMs)}`;
}

suite("checks of the API", () => {
  let tenant: TestTenant;

  before(async () => {
    const { certificatePem } = await sharedPair();
    const apps = [{ clientId: CLIENT, certificates: [certificatePem] }];
    tenant = await TestTenant.start({ tenants: [{ tenantId: TENANT, apps }, { tenantId: OTHER_TENANT }] });
    await tenant.startType("Audit.General");
  });
  after(() => tenant.close());

  const key = { contentType: "Audit.General", sequence: 999, firstMs: START, lastMs: START } as const;
  const other = `/api/v1.0/${OTHER_TENANT}/activity/feed/subscriptions/list`;
  const refusals: readonly {
    readonly name: string;
    readonly status: number;
    readonly code?: string;
    readonly text?: RegExp;
    readonly method?: "GET" | "POST";
    readonly rest: string;
    readonly body?: string;
    readonly headers?: Record<string, string>;
  }[] = [
    { name: "no content type", status: 400, code: "AF20001", rest: "subscriptions/content" },
    {
      name: "an unknown content type",
      status: 400,
      code: "AF20020",
      rest: "subscriptions/content?contentType=Audit.Mail",
    },
    {
      name: "a start of an unknown content type",
      status: 400,
      code: "AF20020",
      method: "POST",
      rest: "subscriptions/start?contentType=x",
    },
    { name: "a time that is none", status: 400, code: "AF20002", rest: `${windowOf(START - HOUR, START)}x` },
    {
      name: "a publisher that is no GUID",
      status: 400,
      code: "AF20002",
      rest: "subscriptions/list?PublisherIdentifier=acme",
    },
    {
      name: "a tenant that is no GUID",
      status: 400,
      code: "AF20013",
      rest: `/api/v1.0/${DOMAIN}/activity/feed/subscriptions/list`,
    },
    {
      name: "a tenant that does not exist",
      status: 400,
      code: "AF20011",
      rest: "/api/v1.0/00000000-1111-4222-8333-0123456789ab/activity/feed/subscriptions/list",
    },
    {
      name: "a tenant that is not the token's",
      status: 400,
      code: "AF20010",
      text: new RegExp(OTHER_TENANT),
      rest: other,
    },
    {
      name: "a type without subscription",
      status: 400,
      code: "AF20022",
      rest: "subscriptions/content?contentType=Audit.Exchange",
    },
    {
      name: "a stop without subscription",
      status: 400,
      code: "AF20022",
      method: "POST",
      rest: "subscriptions/stop?contentType=Audit.Exchange",
    },
    {
      name: "a start time alone",
      status: 400,
      code: "AF20030",
      rest: "subscriptions/content?contentType=Audit.General&startTime=2026-07-20",
    },
    { name: "more than 24 hours", status: 400, code: "AF20030", rest: windowOf(START - DAY - 1, START) },
    {
      name: "a start after the end",
      status: 400,
      code: "AF20055",
      text: /2026-07-20T10:00:00/,
      rest: windowOf(START, START - HOUR),
    },
    { name: "a start at the end", status: 400, code: "AF20055", rest: windowOf(START, START) },
    {
      name: "a start over 7 days and an hour back",
      status: 400,
      code: "AF20055",
      rest: windowOf(START - 7 * DAY - HOUR - 1, START - 7 * DAY),
    },
    {
      name: "a page token that is none",
      status: 400,
      code: "AF20031",
      rest: `${windowOf(START - HOUR, START)}&nextPage=abc`,
    },
    { name: "a content id that is none", status: 400, code: "AF20052", rest: "audit/abc" },
    { name: "a content id of no content", status: 400, code: "AF20050", rest: `audit/${formatContentId(key)}` },
    {
      name: "two languages",
      status: 400,
      code: "AF20053",
      rest: "resources/dlpSensitiveTypes",
      headers: { "accept-language": "de, en" },
    },
    {
      name: "a language that is none",
      status: 400,
      code: "AF20054",
      rest: "resources/dlpSensitiveTypes",
      headers: { "accept-language": "?!" },
    },
    { name: "a wrong path", status: 404, text: /No HTTP resource was found/, rest: "subscriptions/status" },
    { name: "a path outside", status: 404, text: /No HTTP resource was found/, rest: "/api/v2.0/x" },
    { name: "a wrong method", status: 405, method: "GET", rest: "subscriptions/start?contentType=Audit.General" },
    {
      name: "no token",
      status: 401,
      text: /Authorization has been denied/,
      rest: "subscriptions/list",
      headers: { authorization: "" },
    },
    {
      name: "a token of someone else",
      status: 401,
      text: /denied/,
      rest: "subscriptions/list",
      headers: { authorization: "Bearer a.b.c" },
    },
  ];
  for (const { name, status, code, text, method = "GET", rest, body, headers } of refusals) {
    test(`answer ${code ?? status} to ${name}`, async () => {
      const url = rest.startsWith("/") ? tenant.emulator.apiRoot + rest : rest;
      const reply = await tenant.call(method, url, {
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      });
      assert.equal(reply.status, status, reply.text);
      assert.equal(reply.code, code);
      if (text !== undefined) assert.match(reply.text, text);
      assert.equal(tenant.emulator.requests.at(-1)?.status, status);
    });
  }

  test("say WWW-Authenticate: Bearer with a refused token", async () => {
    const reply = await tenant.call("GET", "subscriptions/list", { headers: { authorization: "Bearer x" } });
    assert.equal(reply.headers["www-authenticate"], 'Bearer error="invalid_token"');
  });

  const accepted = [
    { name: "7 days back", rest: windowOf(START - 7 * DAY, START - 6 * DAY) },
    { name: "7 days and an hour back", rest: windowOf(START - 7 * DAY - HOUR, START - 7 * DAY) },
    { name: "an end in the future", rest: windowOf(START - HOUR, START + 3 * HOUR) },
    { name: "a window in the future", rest: windowOf(START + DAY, START + 2 * DAY) },
    { name: "dates", rest: "subscriptions/content?contentType=Audit.General&startTime=2026-07-19&endTime=2026-07-20" },
    {
      name: "times without seconds",
      rest: "subscriptions/content?contentType=Audit.General&startTime=2026-07-19T22:00&endTime=2026-07-20T03:00",
    },
    {
      name: "a Z",
      rest: "subscriptions/content?contentType=Audit.General&startTime=2026-07-19T22:00:00Z&endTime=2026-07-20T03:00:00Z",
    },
    { name: "no times", rest: "subscriptions/content?contentType=Audit.General" },
    { name: "other casing", rest: "SUBSCRIPTIONS/Content?CONTENTTYPE=audit.general" },
    { name: "one language", rest: "resources/dlpSensitiveTypes", headers: { "accept-language": "de-DE" } },
    { name: "any language", rest: "resources/dlpSensitiveTypes", headers: { "accept-language": "*" } },
    { name: "notifications without a webhook", rest: "subscriptions/notifications?contentType=Audit.General" },
  ];
  for (const { name, rest, headers } of accepted) {
    test(`accept ${name}`, async () => {
      const reply = await tenant.call("GET", rest, headers === undefined ? {} : { headers });
      assert.equal(reply.status, 200, reply.text);
      assert.ok(Array.isArray(reply.json));
    });
  }

  test("lists names of sensitive types as id and name", async () => {
    const reply = await tenant.call("GET", "resources/dlpSensitiveTypes");
    assert.deepEqual(Object.keys((reply.json as object[])[0] ?? {}), ["id", "name"]);
  });
});
