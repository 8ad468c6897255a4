import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ProxyAgent } from "undici";
import { ADDRESSES, AUTHORITIES, CLOUDS, type Cloud } from "../../emulator/clouds.ts";
import { startEmulator, type Emulator } from "../../emulator/emulator.ts";
import type { EmulatorOptions } from "../../emulator/options.ts";
import { CLIENT, member, SECRET, TestTenant } from "./support/tenant.ts";

const TENANT_OF: Readonly<Record<Cloud, string>> = {
  commercial: "00000000-0000-4000-8000-000000000001",
  gcc: "00000000-0000-4000-8000-000000000002",
  gcc_high: "00000000-0000-4000-8000-000000000003",
  dod: "00000000-0000-4000-8000-000000000004",
};

/** An emulator with a tenant in every cloud, reached under the addresses of the real ones. */
class Clouds {
  readonly emulator: Emulator;
  readonly dispatcher: ProxyAgent;

  private constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.dispatcher = new ProxyAgent({ uri: emulator.cloudProxy ?? "", requestTls: { ca: emulator.caPem } });
  }

  static async start(rules: EmulatorOptions["rules"] = {}): Promise<Clouds> {
    const apps = [{ clientId: CLIENT, secrets: [SECRET] }];
    const tenants = CLOUDS.map((cloud) => ({ tenantId: TENANT_OF[cloud], cloud, apps }));
    return new Clouds(await startEmulator({ tenants, rules, cloudProxyPort: 0 }));
  }

  async token(
    authority: string,
    tenantId: string,
    scope: string,
  ): Promise<{ code: number; token: string; text: string }> {
    const form = {
      grant_type: "client_credentials",
      client_id: CLIENT,
      client_secret: SECRET,
      scope: `${scope}/.default`,
    };
    const { body } = await this.dispatcher.request({
      origin: authority,
      path: `/${tenantId}/oauth2/v2.0/token`,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    });
    const text = await body.text();
    const json: unknown = JSON.parse(text);
    const codes = member(json, "error_codes");
    return { code: Array.isArray(codes) ? Number(codes[0]) : 0, token: String(member(json, "access_token")), text };
  }

  async get(origin: string, path: string, token = ""): Promise<{ status: number; json: unknown }> {
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    const { statusCode, body } = await this.dispatcher.request({ origin, path, method: "GET", headers });
    return { status: statusCode, json: await body.json() };
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
    await this.emulator.close();
  }
}

suite("the emulator as the real clouds", () => {
  let clouds: Clouds;
  before(async () => {
    clouds = await Clouds.start();
  });
  after(() => clouds.close());

  for (const cloud of CLOUDS) {
    const { realm, api } = ADDRESSES[cloud];
    test(`signs in to a tenant of ${cloud} at its Entra ID, and lists at its root`, async () => {
      const { token } = await clouds.token(AUTHORITIES[realm], TENANT_OF[cloud], api);
      const path = `/api/v1.0/${TENANT_OF[cloud]}/activity/feed/subscriptions/list`;
      assert.deepEqual(await clouds.get(api, path, token), { status: 200, json: [] });
    });

    test(`answers AADSTS900382 for a tenant of ${cloud} at the other Entra ID`, async () => {
      const other = realm === "worldwide" ? AUTHORITIES.us_government : AUTHORITIES.worldwide;
      assert.equal((await clouds.token(other, TENANT_OF[cloud], api)).code, 900382);
    });

    test(`tells everybody where a tenant of ${cloud} lives`, async () => {
      const path = `/${TENANT_OF[cloud]}/v2.0/.well-known/openid-configuration`;
      const { json } = await clouds.get(AUTHORITIES.worldwide, path);
      assert.equal(member(json, "issuer"), `${AUTHORITIES[realm]}/${TENANT_OF[cloud]}/v2.0`);
      assert.equal(member(json, "tenant_region_sub_scope"), ADDRESSES[cloud].regionSubScope);
    });
  }

  test("answers AADSTS500011 for the root of another cloud, and a token under other rules", async () => {
    const api = ADDRESSES.gcc.api;
    assert.equal((await clouds.token(AUTHORITIES.worldwide, TENANT_OF.commercial, api)).code, 500011);
    for (const wrongRoot of ["AF10001", "AF20052"] as const) {
      const lenient = await Clouds.start({ wrongRoot });
      try {
        const { token } = await lenient.token(AUTHORITIES.worldwide, TENANT_OF.commercial, api);
        const feed = `/api/v1.0/${TENANT_OF.commercial}/activity/feed`;
        const list = await lenient.get(api, `${feed}/subscriptions/list`, token);
        const blob = await lenient.get(api, `${feed}/audit/x`, token);
        assert.equal(list.status, wrongRoot === "AF10001" ? 401 : 200);
        assert.equal(member(member(blob.json, "error"), "code"), wrongRoot);
      } finally {
        await lenient.close();
      }
    }
  });

  for (const crossCloud of [90002, 90038] as const) {
    test(`answers AADSTS${crossCloud} for a tenant of the other Entra ID when told to`, async () => {
      const other = await Clouds.start({ crossCloud });
      try {
        const reply = await other.token(AUTHORITIES.worldwide, TENANT_OF.dod, ADDRESSES.dod.api);
        assert.equal(reply.code, crossCloud);
        if (crossCloud === 90038) assert.match(reply.text, /National Cloud 'microsoftonline\.us'/);
      } finally {
        await other.close();
      }
    });
  }

  test("leads to no address but those of the clouds", async () => {
    await assert.rejects(clouds.get("https://example.com", "/"), /Proxy response \(403\)/);
  });

  test("has nobody else's tenants at its own address", async () => {
    const tenant = await TestTenant.start({ cloud: "gcc_high" });
    try {
      assert.notEqual(tenant.token, "undefined");
    } finally {
      await tenant.close();
    }
    const apps = [{ clientId: CLIENT, secrets: [SECRET] }];
    const foreign = await TestTenant.start({
      tenants: [{ tenantId: TENANT_OF.dod, cloud: "dod", apps }],
    });
    try {
      const path = `/${TENANT_OF.dod}/oauth2/v2.0/token`;
      const reply = await foreign.askToken({ client_secret: SECRET }, path);
      assert.deepEqual(member(reply.json, "error_codes"), [900382]);
    } finally {
      await foreign.close();
    }
  });
});
