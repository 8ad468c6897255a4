import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { decodeProtectedHeader, decodeJwt } from "jose";
import { Secret } from "../../../collector/config/secret.ts";
import { CollectorError, ErrorCode, RetryableError } from "../../../collector/errors.ts";
import { DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID } from "../../../emulator/index.ts";
import { SignInError } from "../../../receiver/auth/sign-in-error.ts";
import { createTokenSource, type TokenSource, type TokenSourceOptions } from "../../../receiver/auth/token-source.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { keepPair } from "../../support/keep-pair.ts";
import { testSettings } from "../../support/test-settings.ts";
import { makePair, type Pair } from "../support/pairs.ts";
import { json, startService, type Handler, type Service } from "../support/service.ts";
import { credentialsOf, startTenant, type Tenant } from "../support/tenant.ts";

const never = new AbortController().signal;

suite("createTokenSource() with Entra ID's checks", () => {
  let pair: Pair;
  let tenant: Tenant | undefined;

  before(async () => {
    pair = await makePair();
  });
  afterEach(() => tenant?.close());

  for (const thumbprint of ["sha256", "sha1"] as const) {
    test(`signs in with the ${thumbprint} thumbprint`, async () => {
      tenant = await startTenant(pair, {}, { thumbprint });
      const token = await tenant.tokens.token(never);
      assert.equal(decodeJwt(token.reveal()).aud, tenant.emulator.apiRoot);
      assert.deepEqual(
        tenant.emulator.requests.map(({ operation, status }) => [operation, status]),
        [["token", 200]],
      );
    });
  }

  test("sends a new assertion with every sign-in", async () => {
    tenant = await startTenant(pair, { rules: { assertionReuse: "never" } });
    const first = await tenant.tokens.token(never);
    const second = await tenant.tokens.token(never, { force: true });
    assert.notEqual(second.reveal(), first.reveal());
    assert.deepEqual(
      tenant.emulator.requests.map(({ status }) => status),
      [200, 200],
    );
  });

  const refusals = [
    {
      name: "a certificate that is not registered",
      arrange: (one: Tenant) => one.emulator.clearCertificates(DEFAULT_TENANT_ID, DEFAULT_CLIENT_ID),
      config: {},
      message: /AADSTS700027 .*; upload certificate_file under "Certificates & secrets"/,
    },
    {
      name: "an unknown app",
      arrange: () => {},
      config: { clientId: "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee" },
      message: /AADSTS700016 .*; set client_id to/,
    },
    {
      name: "an unknown tenant",
      arrange: () => {},
      config: { tenantId: "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee" },
      message: /AADSTS90002 .*; check tenant_id and cloud/,
    },
  ];
  for (const { name, arrange, config, message } of refusals) {
    test(`throws SignInError with cause, remedy and ids for ${name}`, async () => {
      tenant = await startTenant(pair, {}, config);
      arrange(tenant);
      await assert.rejects(tenant.tokens.token(never), (error) => {
        assert.ok(error instanceof SignInError, String(error));
        assert.equal(error.code, ErrorCode.credentials);
        assert.match(
          error.message,
          /^Cannot sign in app "[0-9a-f-]+" to tenant "[0-9a-f-]+" of cloud "commercial": Entra ID answered/,
        );
        assert.match(error.message, message);
        assert.match(error.message, /\(trace id \S+, correlation id \S+\)$/);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    });
  }

  test("throws SignInError for a scope of another cloud", async () => {
    const endpoints = { api: "https://127.0.0.1:1", authority: "", scope: "https://manage.office365.us/.default" };
    tenant = await startTenant(pair);
    const tokens = createTokenSource({
      config: { ...tenant.config, endpoints: { ...endpoints, authority: tenant.emulator.authority } },
      dispatcher: tenant.dispatcher,
      ...testSettings(),
      credentials: keepPair(() => credentialsOf(pair)),
    });
    await assert.rejects(
      tokens.token(never),
      (error) => error instanceof SignInError && error.entraCode === "AADSTS500011",
    );
  });
});

suite("createTokenSource()", () => {
  let pair: Pair;
  let service: Service;
  let tokens: TokenSource;

  before(async () => {
    pair = await makePair({ names: ["127.0.0.1"] });
    service = await startService(pair);
  });
  after(() => service.close());
  afterEach(() => {
    tokens.close();
    service.seen.length = 0;
  });

  function source(handler: Handler, overrides: Partial<TokenSourceOptions> = {}): void {
    service.handle(handler);
    const settings = testSettings();
    tokens = createTokenSource({
      config: {
        cloud: "commercial" as const,
        tenantId: DEFAULT_TENANT_ID,
        clientId: DEFAULT_CLIENT_ID,
        thumbprint: "sha256",
        endpoints: { api: service.origin, authority: service.origin, scope: `${service.origin}/.default` },
        requestTimeoutMs: 5000,
      },
      dispatcher: service.dispatcher,
      clock: settings.clock,
      logger: settings.logger,
      credentials: keepPair(() => credentialsOf(pair)),
      ...overrides,
    });
  }

  const issue: Handler = (_request, response, index) =>
    json(response, 200, { token_type: "Bearer", expires_in: 3600, access_token: `token-${index}` });

  test("asks the token endpoint alone, with a PS256 assertion for it", async () => {
    source(issue);
    const token = await tokens.token(never);
    assert.equal(token.reveal(), "token-0");
    assert.equal(service.seen.length, 1);
    const [request] = service.seen;
    assert.match(request?.url ?? "", new RegExp(`^/${DEFAULT_TENANT_ID}/oauth2/v2.0/token`));
    const form = new URLSearchParams(request?.body);
    assert.equal(form.get("grant_type"), "client_credentials");
    assert.equal(form.get("scope"), `${service.origin}/.default`);
    const assertion = form.get("client_assertion") ?? "";
    const { alg, ...header } = decodeProtectedHeader(assertion);
    assert.equal(alg, "PS256");
    assert.equal(header["x5t#S256"], Buffer.from(credentialsOf(pair).thumbprintSha256, "hex").toString("base64url"));
    const claims = decodeJwt(assertion);
    assert.deepEqual(
      [claims.iss, claims.sub, claims.aud],
      [DEFAULT_CLIENT_ID, DEFAULT_CLIENT_ID, `${service.origin}/${DEFAULT_TENANT_ID}/oauth2/v2.0/token`],
    );
  });

  test("gives the cached token until three quarters of its life have passed", async () => {
    const clock = new ManualClock();
    source(issue, { clock });
    await tokens.token(never);
    await clock.advance(44 * 60_000);
    assert.equal((await tokens.token(never)).reveal(), "token-0");
    await clock.advance(2 * 60_000);
    assert.equal((await tokens.token(never)).reveal(), "token-1");
  });

  test("shares one request among callers that ask at the same time", async () => {
    source(issue);
    const all = await Promise.all([tokens.token(never), tokens.token(never), tokens.token(never, { force: true })]);
    assert.deepEqual(
      all.map((token) => token.reveal()),
      ["token-0", "token-0", "token-0"],
    );
    assert.equal(service.seen.length, 1);
  });

  test("keeps the request going for others when one caller gives up", async () => {
    const gate: (() => void)[] = [];
    source((request, response, index) => gate.push(() => issue(request, response, index)));
    const hurried = new AbortController();
    const first = tokens.token(hurried.signal);
    const second = tokens.token(never);
    hurried.abort(new Error("no time"));
    await assert.rejects(first, /no time/);
    while (gate.length === 0) await new Promise(setImmediate);
    gate[0]?.();
    assert.equal((await second).reveal(), "token-0");
  });

  test("goes on with the old token when an early renewal fails, and says so once a minute", async () => {
    const clock = new ManualClock();
    const settings = testSettings();
    const once: Handler = (request, response, index) => {
      if (index === 0) issue(request, response, index);
      else response.writeHead(503).end();
    };
    source(once, { clock, logger: settings.logger });
    await tokens.token(never);
    await clock.advance(50 * 60_000);
    assert.equal((await tokens.token(never)).reveal(), "token-0");
    assert.equal((await tokens.token(never)).reveal(), "token-0");
    assert.equal(service.seen.length, 2);
    assert.deepEqual(
      settings.lines.map(({ level, message }) => [level, message]),
      [["warn", "Cannot renew the access token early"]],
    );
    await clock.advance(61_000);
    await tokens.token(never);
    assert.equal(service.seen.length, 3);
    await clock.advance(9 * 60_000);
    await assert.rejects(tokens.token(never), RetryableError);
  });

  test("invalidate() drops the cached token only when it is the refused one and old enough", async () => {
    const clock = new ManualClock();
    source(issue, { clock });
    const token = await tokens.token(never);
    assert.equal(tokens.invalidate(new Secret("other")), true);
    assert.equal((await tokens.token(never)).reveal(), "token-0");
    assert.equal(tokens.invalidate(token, 60_000), false);
    assert.equal((await tokens.token(never)).reveal(), "token-0");
    await clock.advance(60_000);
    assert.equal(tokens.invalidate(token, 60_000), true);
    assert.equal((await tokens.token(never)).reveal(), "token-1");
  });

  test("reads the pair again for every sign-in", async () => {
    const other = await makePair({ subject: "CN=second" });
    let current = pair;
    source(issue, { credentials: keepPair(() => credentialsOf(current)) });
    await tokens.token(never);
    current = other;
    await tokens.token(never, { force: true });
    const used = service.seen.map(
      ({ body }) => decodeProtectedHeader(new URLSearchParams(body).get("client_assertion") ?? "")["x5t#S256"],
    );
    assert.notEqual(used[0], used[1]);
  });

  test("throws what loading the pair throws", async () => {
    const broken = new CollectorError(ErrorCode.credentials, "Cannot use the certificate pair: …");
    source(issue, {
      credentials: keepPair(() => {
        throw broken;
      }),
    });
    await assert.rejects(tokens.token(never), broken);
    assert.equal(service.seen.length, 0);
  });

  const passing: readonly {
    readonly name: string;
    readonly handler: Handler;
    readonly code: ErrorCode;
    readonly message: RegExp;
    readonly retryAfterMs?: number;
  }[] = [
    {
      name: "a login page",
      handler: (_r, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>hush</html>"),
      code: ErrorCode.misdirected,
      message: /not from Entra ID's token endpoint \(status 200, 17 characters of text\/html\); check cloud/,
    },
    {
      name: "an empty answer",
      handler: (_r, response) => response.writeHead(200).end(),
      code: ErrorCode.misdirected,
      message: /an empty body/,
    },
    {
      name: "a JSON answer without a token",
      handler: (_r, response) => json(response, 200, { access_token: "" }),
      code: ErrorCode.misdirected,
      message: /not from Entra ID/,
    },
    {
      name: "JSON null",
      handler: (_r, response) => json(response, 200, null),
      code: ErrorCode.misdirected,
      message: /not from Entra ID/,
    },
    {
      name: "a 404 page",
      handler: (_r, response) => response.writeHead(404, { "content-type": "text/html" }).end("nothing"),
      code: ErrorCode.misdirected,
      message: /status 404/,
    },
    {
      name: "a redirect",
      handler: (_r, response) => response.writeHead(302, { location: "https://127.0.0.1:1/" }).end(),
      code: ErrorCode.misdirected,
      message: /status 302/,
    },
    {
      name: "503 with HTML and Retry-After",
      handler: (_r, response) => response.writeHead(503, { "retry-after": "7" }).end("<html>"),
      code: ErrorCode.unavailable,
      message: /status 503/,
      retryAfterMs: 7000,
    },
    {
      name: "429",
      handler: (_r, response) =>
        json(response, 429, { error: "temporarily_unavailable", error_description: "AADSTS90055: busy" }),
      code: ErrorCode.throttled,
      message: /AADSTS90055/,
    },
    {
      name: "a passing AADSTS code with status 400",
      handler: (_r, response) => json(response, 400, { error: "invalid_request", error_codes: [90033] }),
      code: ErrorCode.unavailable,
      message: /AADSTS90033 \(Entra ID is busy/,
    },
    {
      name: "a cut answer",
      handler: (_r, response) => {
        response.writeHead(200, { "content-length": "500" }).write("{");
        setImmediate(() => response.destroy());
      },
      code: ErrorCode.unavailable,
      message: /connection was cut/,
    },
  ];
  for (const { name, handler, code, message, retryAfterMs } of passing) {
    test(`throws RetryableError ${code} for ${name}, each time anew`, async () => {
      source(handler);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await assert.rejects(tokens.token(never), (error) => {
          assert.ok(error instanceof RetryableError, String(error));
          assert.equal(error.code, code);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /hush/);
          assert.equal(error.retryAfterMs, retryAfterMs);
          return true;
        });
        assert.equal(service.seen.length, attempt);
      }
    });
  }

  test("reads the code from the description when there is no list of codes", async () => {
    source((_request, response) =>
      json(response, 401, {
        error: "invalid_client",
        error_description: "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\r\nCorrelation ID: 2",
      }),
    );
    await assert.rejects(
      tokens.token(never),
      (error) =>
        error instanceof SignInError && error.entraCode === "AADSTS7000215" && !error.message.includes("Trace ID"),
    );
  });

  test("shows the page of an unknown code", async () => {
    source((_request, response) => json(response, 400, { error: "invalid_client", error_codes: [123456] }));
    await assert.rejects(
      tokens.token(never),
      /AADSTS123456.*; see https:\/\/login\.microsoftonline\.com\/error\?code=123456/,
    );
  });

  test("gives up after the time-out", async () => {
    const clock = new ManualClock();
    source(() => void clock.advance(5000), { clock });
    await assert.rejects(
      tokens.token(never),
      (error) => error instanceof RetryableError && /no complete answer within request_timeout/.test(error.message),
    );
  });

  test("says what to do when nobody listens", async () => {
    source(issue, {
      config: {
        cloud: "commercial" as const,
        tenantId: DEFAULT_TENANT_ID,
        clientId: DEFAULT_CLIENT_ID,
        thumbprint: "sha256",
        requestTimeoutMs: 5000,
        endpoints: { api: "", authority: "https://127.0.0.1:1", scope: "x/.default" },
      },
    });
    await assert.rejects(
      tokens.token(never),
      /the connection was refused \("127\.0\.0\.1:1", connect ECONNREFUSED 127\.0\.0\.1:1\); check the address/,
    );
  });

  test("close() ends a request under way and every later one", async () => {
    source(() => tokens.close());
    await assert.rejects(tokens.token(never), /the collector is stopping/);
    await assert.rejects(tokens.token(never), /the collector is stopping/);
    tokens.close();
    assert.equal(service.seen.length, 1);
  });
});
