import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { decodeJwt } from "jose";
import { makeCertificatePair } from "../../../emulator/certificates.ts";
import {
  CLIENT,
  DOMAIN,
  member,
  SECRET,
  sharedPair,
  START,
  TENANT,
  TestTenant,
  type AssertionParts,
} from "../support/tenant.ts";

const MINUTE_S = 60;
const START_S = START / 1000;

suite("token endpoint", () => {
  let tenant: TestTenant;

  before(async () => {
    tenant = await TestTenant.start();
  });
  after(() => tenant.close());

  for (const alg of ["PS256", "RS256"]) {
    test(`answers an access token when the assertion is signed with ${alg}`, async () => {
      const reply = await tenant.askToken({ client_assertion: await tenant.assertion({ alg }) });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(member(reply.json, "token_type"), "Bearer");
      assert.equal(member(reply.json, "expires_in"), 3600);
      const claims = decodeJwt(String(member(reply.json, "access_token")));
      assert.equal(claims.aud, tenant.emulator.apiRoot);
      assert.equal(claims.iss, `https://sts.windows.net/${TENANT}/`);
      assert.equal(claims["tid"], TENANT);
      assert.equal(claims["appid"], CLIENT);
      assert.equal(claims["appidacr"], "2");
      assert.deepEqual(claims["roles"], ["ActivityFeed.Read", "ActivityFeed.ReadDlp"]);
      assert.equal(claims.exp, START_S + 3600);
    });
  }

  test("leaves the roles claim out when the app has no permission", async () => {
    const bare = await TestTenant.start({}, []);
    try {
      assert.equal("roles" in decodeJwt(bare.token), false);
    } finally {
      await bare.close();
    }
  });

  test("takes the v1 form with resource, and the tenant's domain name", async () => {
    const path = `/${DOMAIN}/oauth2/token`;
    const claims = { aud: tenant.emulator.authority + path };
    const form = {
      scope: undefined,
      resource: tenant.emulator.apiRoot,
      client_assertion: await tenant.assertion({ claims }),
    };
    const reply = await tenant.askToken(form, path);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(member(reply.json, "resource"), tenant.emulator.apiRoot);
  });

  test("takes a secret that belongs to the app", async () => {
    const reply = await tenant.askToken({ client_assertion_type: undefined, client_secret: SECRET });
    assert.equal(reply.status, 200);
    assert.equal(decodeJwt(String(member(reply.json, "access_token")))["appidacr"], "1");
  });

  const refusals: readonly {
    readonly name: string;
    readonly code: number;
    readonly error: string;
    readonly status: number;
    readonly form?: Readonly<Record<string, string | undefined>>;
    readonly path?: string;
    readonly assertion?: AssertionParts;
  }[] = [
    {
      name: "an unknown tenant",
      code: 90002,
      error: "invalid_request",
      status: 400,
      path: "/nowhere.example/oauth2/v2.0/token",
    },
    {
      name: "the common tenant",
      code: 9001023,
      error: "invalid_request",
      status: 400,
      path: "/common/oauth2/v2.0/token",
    },
    { name: "an unknown app", code: 700016, error: "unauthorized_client", status: 400, form: { client_id: TENANT } },
    { name: "no grant type", code: 900144, error: "invalid_request", status: 400, form: { grant_type: undefined } },
    { name: "no client id", code: 900144, error: "invalid_request", status: 400, form: { client_id: undefined } },
    { name: "no scope", code: 900144, error: "invalid_request", status: 400, form: { scope: undefined } },
    {
      name: "another grant",
      code: 70003,
      error: "unsupported_grant_type",
      status: 400,
      form: { grant_type: "password" },
    },
    {
      name: "a scope without .default",
      code: 70011,
      error: "invalid_scope",
      status: 400,
      form: { scope: "https://manage.office.com" },
    },
    {
      name: "a scope of another resource",
      code: 500011,
      error: "invalid_resource",
      status: 400,
      form: { scope: "https://manage.office365.us/.default" },
    },
    {
      name: "resource on v2",
      code: 901002,
      error: "invalid_request",
      status: 400,
      form: { resource: "https://manage.office.com" },
    },
    {
      name: "no credential",
      code: 7000218,
      error: "invalid_client",
      status: 401,
      form: { client_assertion: undefined },
    },
    {
      name: "a wrong secret",
      code: 7000215,
      error: "invalid_client",
      status: 401,
      form: { client_assertion: undefined, client_secret: "wrong" },
    },
    {
      name: "an assertion that is no JWT",
      code: 50027,
      error: "invalid_client",
      status: 401,
      form: { client_assertion: "x.y.z" },
    },
    {
      name: "an unknown thumbprint",
      code: 700027,
      error: "invalid_client",
      status: 401,
      assertion: { header: { "x5t#S256": Buffer.from("ABCDEF").toString("base64url") } },
    },
    {
      name: "an expired assertion",
      code: 700024,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { exp: START_S - 6 * MINUTE_S } },
    },
    {
      name: "an assertion of a clock that is ahead",
      code: 700024,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { nbf: START_S + 6 * MINUTE_S, exp: START_S + 16 * MINUTE_S } },
    },
    {
      name: "another audience",
      code: 50013,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { aud: "https://login.example/token" } },
    },
    {
      name: "a foreign issuer",
      code: 50013,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { iss: TENANT, sub: TENANT } },
    },
    {
      name: "a subject that is not the issuer",
      code: 50048,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { sub: TENANT } },
    },
    {
      name: "an assertion without jti",
      code: 50027,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { jti: undefined } },
    },
    {
      name: "an assertion without exp",
      code: 50027,
      error: "invalid_client",
      status: 401,
      assertion: { claims: { exp: undefined } },
    },
  ];
  for (const { name, code, error, status, form, path, assertion } of refusals) {
    test(`answers AADSTS${code} to ${name}`, async () => {
      const client_assertion = await tenant.assertion(assertion);
      const reply = await tenant.askToken({ client_assertion, ...form }, path);
      assert.equal(reply.status, status, reply.text);
      assert.equal(member(reply.json, "error"), error);
      assert.deepEqual(member(reply.json, "error_codes"), [code]);
      assert.match(
        String(member(reply.json, "error_description")),
        new RegExp(`^AADSTS${code}: .*Trace ID: .*Timestamp: 2026-07-20 `),
      );
      for (const key of ["timestamp", "trace_id", "correlation_id"])
        assert.equal(typeof member(reply.json, key), "string", key);
      assert.equal(tenant.emulator.requests.at(-1)?.code, `AADSTS${code}`);
    });
  }

  test("shows the thumbprint that the client used when the certificate is not registered", async () => {
    const other = await makeCertificatePair({ notBeforeMs: START, days: 30 });
    const reply = await tenant.askToken({ client_assertion: await tenant.assertion({ pair: other, alg: "RS256" }) });
    assert.deepEqual(member(reply.json, "error_codes"), [700027]);
    assert.match(String(member(reply.json, "error_description")), /key was not found.*used by client: '[0-9A-F]{40}'/);
  });

  test("answers AADSTS700027 to a signature of another key under a registered thumbprint", async () => {
    const other = await makeCertificatePair({ notBeforeMs: START, days: 30 });
    const { certificatePem } = await sharedPair();
    const pair = { certificatePem, privateKeyPem: other.privateKeyPem };
    const reply = await tenant.askToken({ client_assertion: await tenant.assertion({ pair }) });
    assert.deepEqual(member(reply.json, "error_codes"), [700027]);
    assert.match(String(member(reply.json, "error_description")), /signature/);
  });

  test("answers AADSTS700027 when the registered certificate has expired", async () => {
    const pair = await makeCertificatePair({ notBeforeMs: START - 20 * 86_400_000, days: 10 });
    tenant.emulator.registerCertificate(TENANT, CLIENT, pair.certificatePem);
    const reply = await tenant.askToken({ client_assertion: await tenant.assertion({ pair }) });
    assert.deepEqual(member(reply.json, "error_codes"), [700027]);
    assert.match(String(member(reply.json, "error_description")), /key used is expired/);
  });

  test("accepts a certificate that was registered while running", async () => {
    const pair = await makeCertificatePair({ notBeforeMs: START, days: 30 });
    tenant.emulator.registerCertificate(TENANT, CLIENT, pair.certificatePem);
    const reply = await tenant.askToken({ client_assertion: await tenant.assertion({ pair }) });
    assert.equal(reply.status, 200, reply.text);
  });

  test("repeats the client's correlation id", async () => {
    const url = `${tenant.emulator.authority}/nowhere/oauth2/v2.0/token`;
    const reply = await tenant.send("POST", url, { headers: { "client-request-id": CLIENT }, body: "" });
    assert.equal(member(reply.json, "correlation_id"), CLIENT);
  });

  test("revokeTokens() takes back what is out, and leaves what is asked for afterwards", async () => {
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
    tenant.emulator.revokeTokens(TENANT);
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 401);
    await tenant.signIn();
    assert.equal((await tenant.call("GET", "subscriptions/list")).status, 200);
  });

  test("never logs a token or an assertion", async () => {
    await tenant.askToken({ client_assertion: await tenant.assertion() });
    await tenant.call("GET", "subscriptions/list");
    assert.doesNotMatch(JSON.stringify(tenant.emulator.requests), /eyJ/);
  });
});
