import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { ConfidentialClientApplication, type INetworkModule } from "@azure/msal-node";
import { createLocalJWKSet, jwtVerify } from "jose";
import { CLIENT, member, sharedPair, TENANT, TestTenant } from "../support/tenant.ts";

suite("Entra metadata", () => {
  let tenant: TestTenant;

  before(async () => {
    // MSAL knows no clock but the machine's.
    tenant = await TestTenant.start({ clock: { now: () => Date.now() } });
    tenant.clock.ms = Date.now();
    await tenant.signIn();
  });
  after(() => tenant.close());

  for (const [version, infix] of [
    ["v2", "/v2.0"],
    ["v1", ""],
  ]) {
    test(`discovery names the token endpoint of ${version}`, async () => {
      const base = `${tenant.emulator.authority}/${TENANT}`;
      const reply = await tenant.send("GET", `${base}${infix}/.well-known/openid-configuration`);
      assert.equal(reply.status, 200);
      assert.equal(member(reply.json, "token_endpoint"), `${base}/oauth2${infix}/token`);
    });
  }

  test("discovery answers AADSTS90002 for an unknown tenant", async () => {
    const reply = await tenant.send(
      "GET",
      `${tenant.emulator.authority}/nowhere/v2.0/.well-known/openid-configuration`,
    );
    assert.equal(reply.status, 400);
    assert.deepEqual(member(reply.json, "error_codes"), [90002]);
  });

  test("instance discovery names this authority", async () => {
    const reply = await tenant.send("GET", `${tenant.emulator.authority}/common/discovery/instance?api-version=1.1`);
    assert.match(String(member(reply.json, "tenant_discovery_endpoint")), new RegExp(`^${tenant.emulator.authority}/`));
  });

  test("published keys verify an access token", async () => {
    const reply = await tenant.send("GET", `${tenant.emulator.authority}/${TENANT}/discovery/v2.0/keys`);
    const keys = createLocalJWKSet(reply.json as Parameters<typeof createLocalJWKSet>[0]);
    const { payload } = await jwtVerify(tenant.token, keys, { audience: tenant.emulator.apiRoot });
    assert.equal(payload["tid"], TENANT);
  });

  test("MSAL signs in, and a second time without its cache", async () => {
    const { certificatePem, privateKeyPem } = await sharedPair();
    const send: INetworkModule["sendPostRequestAsync"] = async (url, options) => {
      const { headers = {}, body } = options ?? {};
      const reply = await tenant.send(body === undefined ? "GET" : "POST", url, {
        headers,
        ...(body === undefined ? {} : { body }),
      });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- MSAL leaves the type of the body to its caller
      return { status: reply.status, headers: {}, body: reply.json as never };
    };
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: CLIENT,
        authority: `${tenant.emulator.authority}/${TENANT}`,
        knownAuthorities: [new URL(tenant.emulator.authority).host],
        clientCertificate: {
          thumbprintSha256: new X509Certificate(certificatePem).fingerprint256.replaceAll(":", ""),
          privateKey: privateKeyPem,
        },
      },
      system: { networkClient: { sendGetRequestAsync: send, sendPostRequestAsync: send } },
    });
    const scopes = [`${tenant.emulator.apiRoot}/.default`];
    const first = await client.acquireTokenByClientCredential({ scopes });
    const second = await client.acquireTokenByClientCredential({ scopes, skipCache: true });
    assert.equal(first?.tokenType, "Bearer");
    assert.notEqual(second?.accessToken, first?.accessToken);
  });
});
