import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, suite, test } from "node:test";
import { ErrorCode, describeError } from "../../../collector/errors.ts";
import type { ClientAuthenticator } from "../../../collector/component.ts";
import { factory } from "../../../extensions/oauth2client/factory.ts";
import { checkExtensionContract } from "../../contract/extension-contract.ts";
import { eventually } from "../../support/eventually.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { testSettings } from "../../support/test-settings.ts";
import { startTokenServer, type TokenReply, type TokenServer } from "../../support/token-server.ts";

const MINUTE = 60_000;
const SECRET = "p@ss word+%";
const never = new AbortController().signal;
const health = (): never => assert.fail("nobody asks");

const closers: (() => Promise<unknown>)[] = [];

interface Client {
  readonly authenticator: ClientAuthenticator;
  readonly clock: ManualClock;
}

async function start(server: TokenServer, config: object = {}): Promise<Client> {
  const clock = new ManualClock();
  const extension = factory.create(
    { ...testSettings({ clock }), health },
    factory.config.parse({ client_id: "client:1", client_secret: SECRET, token_url: server.url, ...config }),
  );
  await extension.start();
  closers.push(
    () => extension.shutdown(never),
    () => server.close(),
  );
  assert.ok(extension.authenticator);
  return { authenticator: extension.authenticator, clock };
}

const authorization = async ({ authenticator }: Client): Promise<string | undefined> =>
  (await authenticator.headers(never))["authorization"];

const token = (name: string, seconds: number | string | undefined): TokenReply => ({
  status: 200,
  body: { access_token: name, ...(seconds === undefined ? {} : { expires_in: seconds }) },
});

suite("oauth2client", () => {
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  test("asks with the client's id and secret, scopes and parameters, and keeps the token", async () => {
    const server = await startTokenServer();
    const client = await start(server, {
      scopes: ["a", "b"],
      endpoint_params: { audience: "siem", resource: ["x", "y"] },
    });
    assert.equal(await authorization(client), "Bearer token-1");
    assert.equal(await authorization(client), "Bearer token-1");
    assert.equal(server.asks.length, 1);
    const [{ headers, form } = assert.fail()] = server.asks;
    assert.equal(form.toString(), "grant_type=client_credentials&scope=a+b&audience=siem&resource=x&resource=y");
    const credential = Buffer.from(headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
    assert.equal(
      credential,
      "client%3A1:p%40ss+word%2B%25",
      "each encoded as a form would, so that a colon does no harm",
    );
  });

  test("asks once for all who wait at the same time; one who gives up costs the others nothing", async () => {
    const server = await startTokenServer();
    const client = await start(server);
    const leaving = new AbortController();
    const left = client.authenticator.headers(leaving.signal);
    const others = [authorization(client), authorization(client)];
    leaving.abort(new Error("no time"));
    await assert.rejects(left, /no time/);
    assert.deepEqual(await Promise.all(others), ["Bearer token-1", "Bearer token-1"]);
    assert.equal(server.asks.length, 1);
  });

  const lives = [
    { name: "five minutes before it ends", seconds: 3600, good: 54, due: 55 },
    { name: "after half of its life when that is short", seconds: "240", good: 1, due: 2 },
  ];
  for (const { name, seconds, good, due } of lives) {
    test(`renews a token ${name}`, async () => {
      const server = await startTokenServer((_ask, index) => token(`t${index + 1}`, seconds));
      const client = await start(server);
      await authorization(client);
      await client.clock.advance(good * MINUTE);
      assert.equal(await authorization(client), "Bearer t1");
      await client.clock.advance((due - good) * MINUTE);
      assert.equal(await authorization(client), "Bearer t2");
    });
  }

  test("uses a token to its end when it cannot be renewed, asking now and then, and fails after that", async () => {
    let isDown = false;
    const server = await startTokenServer((_ask, index) =>
      isDown ? { status: 503, body: "" } : token(`t${index}`, 3600),
    );
    const client = await start(server);
    await authorization(client);
    isDown = true;
    await client.clock.advance(56 * MINUTE);
    for (let call = 0; call < 5; call += 1) assert.equal(await authorization(client), "Bearer t0");
    assert.equal(server.asks.length, 2, "the renewal that failed is not repeated at once");
    await client.clock.advance(10_000);
    assert.equal(await authorization(client), "Bearer t0");
    assert.equal(server.asks.length, 3);
    await client.clock.advance(5 * MINUTE);
    await assert.rejects(authorization(client), { code: ErrorCode.unavailable });
  });

  test("gives one fresh token after a refusal, and none when the refused one is fresh itself", async () => {
    const server = await startTokenServer();
    const client = await start(server);
    const first = await client.authenticator.headers(never);
    assert.equal(client.authenticator.refused(first), false, "another one would be refused as well");
    await client.clock.advance(MINUTE);
    assert.equal(client.authenticator.refused(first), true);
    assert.equal(client.authenticator.refused(first), true, "others that were sent with it");
    const second = await client.authenticator.headers(never);
    assert.equal(second["authorization"], "Bearer token-2");
    assert.equal(client.authenticator.refused(first), true, "late news of the old one do not cost the new one");
    assert.equal(await authorization(client), "Bearer token-2");
    assert.equal(server.asks.length, 2);
  });

  test("keeps a token without an end until it is refused", async () => {
    const server = await startTokenServer((_ask, index) => token(`t${index}`, undefined));
    const client = await start(server);
    await authorization(client);
    await client.clock.advance(1000 * MINUTE);
    assert.equal(await authorization(client), "Bearer t0");
  });

  test("sends id and secret in the body to a server that wants them there, and goes on so", async () => {
    const server = await startTokenServer(({ form }, index) =>
      form.get("client_secret") === SECRET && form.get("client_id") === "client:1"
        ? token(`t${index}`, 60)
        : { status: 401, body: { error: "invalid_client" } },
    );
    const client = await start(server);
    assert.equal(await authorization(client), "Bearer t1");
    await client.clock.advance(MINUTE);
    assert.equal(await authorization(client), "Bearer t2");
    assert.equal(server.asks[2]?.headers.authorization, undefined);
  });

  test("reads the secret again when its file changes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "oauth2client-"));
    closers.push(async () => rmSync(folder, { recursive: true }));
    const file = join(folder, "secret");
    writeFileSync(file, "old\n");
    const server = await startTokenServer(({ headers }, index) =>
      headers.authorization === `Basic ${Buffer.from("client%3A1:renewed").toString("base64")}`
        ? token(`t${index}`, 60)
        : { status: 401, body: { error: "invalid_client" } },
    );
    const client = await start(server, { client_secret: undefined, client_secret_file: file });
    await assert.rejects(authorization(client), { code: ErrorCode.credentials });
    writeFileSync(file, "renewed\n");
    assert.match((await authorization(client)) ?? "", /^Bearer t/);
  });

  const failures: readonly { name: string; reply: TokenReply; code: ErrorCode; says: RegExp }[] = [
    {
      name: "a client that is refused",
      reply: { status: 401, body: { error: "invalid_client", error_description: `wrong secret ${SECRET} given` } },
      code: ErrorCode.credentials,
      says: /client "client:1": it answered 401 invalid_client \("wrong secret \[REDACTED\] given"\); check client_id and client_secret/,
    },
    {
      name: "a scope that is refused",
      reply: { status: 400, body: { error: "invalid_scope" } },
      code: ErrorCode.credentials,
      says: /it answered 400 invalid_scope; correct scopes/,
    },
    {
      name: "a web page",
      reply: { status: 200, body: "<html>Sign in</html>" },
      code: ErrorCode.misdirected,
      says: /it answered 200 with something that is no JSON; check token_url/,
    },
    {
      name: "another kind of JSON",
      reply: { status: 200, body: { ok: true } },
      code: ErrorCode.misdirected,
      says: /JSON without an access_token of a usable type; check token_url/,
    },
    {
      name: "a type that would begin a header of its own",
      reply: { status: 200, body: { access_token: "t", token_type: "Bearer\r\nx-evil: 1" } },
      code: ErrorCode.misdirected,
      says: /JSON without an access_token of a usable type; check token_url/,
    },
    {
      name: "a path that is not there",
      reply: { status: 404, body: "nothing here" },
      code: ErrorCode.misdirected,
      says: /it answered 404 without the error of a token endpoint; check token_url/,
    },
    {
      name: "a server in trouble",
      reply: { status: 502, body: "" },
      code: ErrorCode.unavailable,
      says: /it answered 502; it is tried again by itself/,
    },
    {
      name: "too many requests",
      reply: { status: 429, body: "" },
      code: ErrorCode.throttled,
      says: /it answered 429; it is tried again by itself/,
    },
  ];
  for (const { name, reply, code, says } of failures) {
    test(`says in words what it saw: ${name}`, async () => {
      const server = await startTokenServer(() => reply);
      const client = await start(server);
      await assert.rejects(authorization(client), (error) => {
        assert.ok(error instanceof Error && "code" in error);
        assert.equal(error.code, code);
        assert.match(
          error.message,
          /^Cannot get a token from http:\/\/127\.0\.0\.1:\d+\/oauth2\/token for client "client:1": /,
        );
        assert.match(error.message, says);
        assert.ok(!describeError(error).includes(SECRET));
        return true;
      });
    });
  }

  test("gives up on a server that does not answer, and says so", async () => {
    const server = await startTokenServer(() => undefined);
    const client = await start(server, { timeout: "2s" });
    const asked = authorization(client);
    asked.catch(() => undefined);
    await eventually(
      () => server.asks.length === 1,
      () => "no request",
    );
    await client.clock.advance(2000);
    await settle();
    await assert.rejects(asked, /no complete answer came in time; check token_url/);
  });

  test("says that nobody listens at the address", async () => {
    const server = await startTokenServer();
    await server.close();
    const client = await start({ ...server, close: async () => {} });
    await assert.rejects(authorization(client), /ECONNREFUSED.*; check token_url, tls and the way there/);
  });

  const refused = [
    { name: "no secret", config: { client_id: "c" }, says: /give client_secret or client_secret_file/ },
    { name: "no id", config: { client_secret: "s" }, says: /give client_id or client_id_file/ },
    {
      name: "a parameter of the grant itself",
      config: { client_id: "c", client_secret: "s", endpoint_params: { scope: "x" } },
      says: /is written by the extension itself/,
    },
    {
      name: "a URL with a password",
      config: { client_id: "c", client_secret: "s", token_url: "https://u:p@x/token" },
      says: /must not hold a user name or password/,
    },
  ];
  for (const { name, config, says } of refused) {
    test(`refuses ${name}`, () => {
      const result = factory.config.safeParse({ token_url: "https://x/token", ...config });
      assert.match(result.error?.message ?? "accepted", says);
    });
  }

  test("warns of a secret that travels without TLS, except on this machine", () => {
    const problemsOf = (token_url: string): readonly unknown[] =>
      factory.check?.(factory.config.parse({ client_id: "c", client_secret: "s", token_url }), 0) ?? [];
    assert.equal(problemsOf("http://login.example.com/token").length, 1);
    assert.equal(problemsOf("https://login.example.com/token").length, 0);
    assert.equal(problemsOf("http://localhost/token").length, 0);
  });
});

checkExtensionContract("oauth2client", () =>
  factory.create(
    { ...testSettings(), health },
    factory.config.parse({ client_id: "c", client_secret: "s", token_url: "http://127.0.0.1:1/token" }),
  ),
);
