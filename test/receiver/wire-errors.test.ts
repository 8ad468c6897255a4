import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ErrorCode } from "../../collector/errors.ts";
import { classify, type ApiErrorKind } from "../../receiver/wire-errors.ts";

const NOW = Date.UTC(2026, 6, 1);

function body(code: string, message = "text of the service"): string {
  return JSON.stringify({ error: { code, message } });
}

interface Case {
  readonly name: string;
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
  readonly kind: ApiErrorKind;
  readonly code?: string;
  readonly waitMs?: number;
}

const AUDITING_OFF = JSON.stringify({
  error: {
    code: "StartSubscription [CorrId=c9a2c9a1-0000-0000-0000-000000000000][TenantId=t,ContentType=Audit.General]",
    message:
      "Microsoft.Office.Compliance.Audit.DataServiceException: Tenant 0b9f4f4e-0000-0000-0000-000000000000 does not exist.\r\n   at Microsoft.Office.Stack()",
  },
});

const cases: readonly Case[] = [
  { name: "AF10001", status: 401, body: body("AF10001"), kind: "forbidden_permission", code: ErrorCode.credentials },
  { name: "AF20022", status: 400, body: body("AF20022"), kind: "not_subscribed" },
  { name: "AF20023", status: 400, body: body("AF20023"), kind: "disabled" },
  { name: "AF20024", status: 400, body: body("AF20024"), kind: "already_enabled" },
  { name: "AF20030", status: 400, body: body("AF20030"), kind: "window" },
  { name: "AF20055", status: 400, body: body("AF20055"), kind: "window" },
  { name: "AF20031", status: 400, body: body("AF20031"), kind: "bad_page_token" },
  { name: "AF20050", status: 404, body: body("AF20050"), kind: "gone" },
  { name: "AF20052", status: 400, body: body("AF20052"), kind: "gone" },
  { name: "AF20051", status: 410, body: body("AF20051"), kind: "expired" },
  { name: "AF429 with status 403", status: 403, body: body("AF429"), kind: "throttled", code: ErrorCode.throttled },
  {
    name: "AF429 with status 429 and Retry-After",
    status: 429,
    body: body("AF429"),
    headers: { "retry-after": "17" },
    kind: "throttled",
    waitMs: 17_000,
  },
  {
    name: "Retry-After as a date",
    status: 429,
    body: "",
    headers: { "retry-after": new Date(NOW + 90_000).toUTCString() },
    kind: "throttled",
    waitMs: 90_000,
  },
  { name: "an unreadable Retry-After", status: 429, body: "", headers: { "retry-after": "soon" }, kind: "throttled" },
  {
    name: "a start too soon",
    status: 429,
    body: body("AF429", "Too many frequent subscription start requests. Please retry again after 14m 56s"),
    kind: "start_throttled",
    code: ErrorCode.throttled,
    waitMs: 896_000,
  },
  {
    name: "a start too soon with status 403",
    status: 403,
    body: JSON.stringify({
      Message: "Too many frequent subscription start requests. Please retry again after 14m 56s",
    }),
    kind: "start_throttled",
    waitMs: 896_000,
  },
  {
    name: "a Retry-After of a year, which is taken as an hour",
    status: 429,
    body: "",
    headers: { "retry-after": "31536000" },
    kind: "throttled",
    waitMs: 3_600_000,
  },
  {
    name: "a Retry-After until next year, which is taken as an hour",
    status: 503,
    body: "",
    headers: { "retry-after": new Date(NOW + 365 * 86_400_000).toUTCString() },
    kind: "transient",
    waitMs: 3_600_000,
  },
  {
    name: "a start too soon without a code",
    status: 429,
    body: JSON.stringify({ Message: "Too many frequent subscription start requests. Please retry again after 56s" }),
    kind: "start_throttled",
    waitMs: 56_000,
  },
  { name: "a tenant without auditing", status: 400, body: AUDITING_OFF, kind: "auditing_off", code: ErrorCode.api },
  { name: "AF50000", status: 500, body: body("AF50000"), kind: "transient", code: ErrorCode.unavailable },
  { name: "AF50005 with an odd status", status: 400, body: body("AF50005"), kind: "transient" },
  { name: "an unknown AF5 code", status: 400, body: body("AF50999"), kind: "transient" },
  {
    name: "503 with HTML",
    status: 503,
    body: "<html>busy</html>",
    headers: { "content-type": "text/html" },
    kind: "transient",
  },
  { name: "408 without a body", status: 408, body: "", kind: "transient" },
  {
    name: "a redirect",
    status: 302,
    body: "",
    headers: { location: "https://login.example.com/?x=secret" },
    kind: "transient",
  },
  { name: "a success that is none", status: 204, body: "", kind: "transient" },
  {
    name: "401 of the web server",
    status: 401,
    body: JSON.stringify({ Message: "Authorization has been denied for this request." }),
    kind: "unauthorized",
    code: ErrorCode.credentials,
  },
  { name: "401 without a body", status: 401, body: "", kind: "unauthorized" },
  {
    name: "404 of the web server",
    status: 404,
    body: JSON.stringify({ Message: "No HTTP resource was found" }),
    kind: "request",
    code: ErrorCode.api,
  },
  { name: "AF20001", status: 400, body: body("AF20001"), kind: "request", code: ErrorCode.api },
  { name: "an unknown code", status: 400, body: body("AF29999"), kind: "request" },
  {
    name: "403 of a proxy",
    status: 403,
    body: "<html>denied</html>",
    headers: { "content-type": "text/html" },
    kind: "request",
  },
  { name: "a code in lower case with blanks", status: 400, body: body(" af20024 "), kind: "already_enabled" },
];

suite("classify()", () => {
  for (const one of cases) {
    test(`calls ${one.name} ${one.kind}`, () => {
      const error = classify({ status: one.status, headers: one.headers ?? {}, body: one.body }, "do it", NOW);
      assert.equal(error.kind, one.kind);
      assert.equal(error.status, one.status);
      assert.equal(error.retryAfterMs, one.waitMs);
      if (one.code !== undefined) assert.equal(error.code, one.code);
      assert.match(error.message, /^Cannot do it: .+; .+[^.]$/s);
    });
  }

  const hostile = [
    "null",
    "[]",
    "42",
    '"text"',
    '{"error":null}',
    '{"error":"AF20024"}',
    '{"error":{"code":5,"message":[]}}',
    "{",
    "\u0000",
  ];
  for (const text of hostile) {
    test(`does not trip over the body ${JSON.stringify(text)}`, () => {
      assert.equal(classify({ status: 400, headers: {}, body: text }, "do it", NOW).kind, "request");
    });
  }

  test("shows the first line of the service's text, cut, and nothing of a stack trace", () => {
    const message = `${"x".repeat(400)}\r\n   at Microsoft.Office.Stack()`;
    const error = classify({ status: 400, headers: {}, body: body("AF20001", message) }, "do it", NOW);
    assert.match(error.message, /"x{300}…"/);
    assert.doesNotMatch(error.message, /Stack/);
    assert.doesNotMatch(
      classify({ status: 400, headers: {}, body: AUDITING_OFF }, "do it", NOW).message,
      /Stack|0b9f4f4e/,
    );
  });

  test("keeps bodies that are not the API's out of the message", () => {
    const html = classify(
      { status: 503, headers: { "content-type": "text/html" }, body: "<html>hush</html>" },
      "do it",
      NOW,
    );
    assert.doesNotMatch(html.message, /hush/);
    const redirect = classify(
      { status: 302, headers: { location: "https://login.example.com/?x=hush" }, body: "" },
      "do it",
      NOW,
    );
    assert.match(redirect.message, /a redirect to "login.example.com"/);
    assert.doesNotMatch(redirect.message, /hush/);
  });

  test("names the permissions that AF10001 lists as seen", () => {
    const error = classify(
      {
        status: 401,
        headers: {},
        body: body("AF10001", "The permission set () sent in the request does not include the expected permission."),
      },
      "do it",
      NOW,
    );
    assert.match(error.message, /The permission set \(\)/);
    assert.match(error.message, /ActivityFeed\.Read/);
  });
});
