import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { ProxyAgent } from "undici";
import { systemClock } from "../../collector/clock.ts";
import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/index.ts";
import { createApiClient, type ApiClient } from "../../receiver/api-client.ts";
import { SignInError } from "../../receiver/auth/sign-in-error.ts";
import { discoverTenant } from "../../receiver/auth/tenant-cloud.ts";
import { createTokenSource, type TokenSource } from "../../receiver/auth/token-source.ts";
import { CLOUDS, ENDPOINTS, type Cloud } from "../../receiver/clouds.ts";
import { ApiError } from "../../receiver/wire-errors.ts";
import { keepPair } from "../support/keep-pair.ts";
import { testSettings } from "../support/test-settings.ts";
import { testBudget } from "./support/budget.ts";
import { makePair, type Pair } from "./support/pairs.ts";
import { credentialsOf } from "./support/tenant.ts";

const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const TENANTS: Readonly<Record<Cloud, string>> = {
  commercial: "00000000-0000-4000-8000-000000000001",
  gcc: "00000000-0000-4000-8000-000000000002",
  gcc_high: "00000000-0000-4000-8000-000000000003",
  dod: "00000000-0000-4000-8000-000000000004",
};

interface Reached {
  readonly client: ApiClient;
  readonly tokens: TokenSource;
  readonly dispatcher: ProxyAgent;
}

/** The tenants of all clouds behind the addresses of the real ones. */
class World {
  readonly emulator: Emulator;
  readonly #pair: Pair;
  readonly #closers: (() => Promise<unknown> | void)[] = [];

  private constructor(emulator: Emulator, pair: Pair) {
    this.emulator = emulator;
    this.#pair = pair;
  }

  static async start(pair: Pair, rules: EmulatorOptions["rules"] = {}): Promise<World> {
    const apps = [{ clientId: CLIENT, certificates: [pair.certificatePem] }];
    const tenants = CLOUDS.map((cloud) => ({ tenantId: TENANTS[cloud], cloud, apps, domains: [`${cloud}.example`] }));
    return new World(await startEmulator({ tenants, rules, cloudProxyPort: 0 }), pair);
  }

  /** A client of a tenant, set up for a cloud: by nothing but its name. */
  reach(tenantOf: Cloud, cloud: Cloud): Reached {
    const dispatcher = new ProxyAgent({
      uri: this.emulator.cloudProxy ?? "",
      requestTls: { ca: this.emulator.caPem },
      keepAliveTimeout: 10,
    });
    const tenantId = TENANTS[tenantOf];
    const config = {
      cloud,
      tenantId,
      clientId: CLIENT,
      publisherId: tenantId,
      thumbprint: "sha256" as const,
      endpoints: ENDPOINTS[cloud],
      requestTimeoutMs: 10_000,
    };
    const { logger } = testSettings();
    const credentials = keepPair(() => credentialsOf(this.#pair));
    const tokens = createTokenSource({ config, dispatcher, clock: systemClock, logger, credentials });
    this.#closers.push(
      () => tokens.close(),
      () => dispatcher.destroy(),
    );
    const budget = testBudget(systemClock);
    return { client: createApiClient({ config, dispatcher, tokens, clock: systemClock, budget }), tokens, dispatcher };
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.emulator.close();
  }
}

const signal = new AbortController().signal;

suite("plans", () => {
  let pair: Pair;
  let world: World;
  before(async () => {
    pair = await makePair();
    world = await World.start(pair);
  });
  after(() => world.close());

  for (const cloud of CLOUDS) {
    test(`"cloud: ${cloud}" alone leads to the tenant's Entra ID and API root`, async () => {
      const { client } = world.reach(cloud, cloud);
      assert.equal((await client.startSubscription("Audit.General", signal)).status, "enabled");
      const hosts = world.emulator.requests.slice(-2).map(({ headers }) => `https://${headers["host"]}`);
      assert.deepEqual(hosts, [ENDPOINTS[cloud].authority, ENDPOINTS[cloud].api]);
    });
  }

  for (const tenantOf of CLOUDS) {
    for (const cloud of CLOUDS.filter((other) => other !== tenantOf)) {
      test(`names the cloud of a ${tenantOf} tenant that is looked for in ${cloud}`, async () => {
        const { tokens } = world.reach(tenantOf, cloud);
        await assert.rejects(tokens.token(signal), (error) => {
          assert.ok(error instanceof SignInError);
          const sameEntra = ENDPOINTS[tenantOf].authority === ENDPOINTS[cloud].authority;
          assert.equal(error.entraCode, sameEntra ? "AADSTS500011" : "AADSTS900382");
          assert.match(error.message, new RegExp(`of cloud "${cloud}": .*set cloud: ${tenantOf} and register the app`));
          return true;
        });
      });
    }
  }

  for (const crossCloud of [90002, 90038] as const) {
    test(`names the cloud of the tenant after AADSTS${crossCloud}, too`, async () => {
      const other = await World.start(pair, { crossCloud });
      try {
        await assert.rejects(other.reach("dod", "commercial").tokens.token(signal), (error) => {
          assert.ok(error instanceof SignInError);
          assert.equal(error.entraCode, `AADSTS${crossCloud}`);
          assert.match(error.message, /set cloud: dod and register the app there/);
          return true;
        });
      } finally {
        await other.close();
      }
    });
  }

  test("says nothing about clouds when the tenant lives in the configured one", async () => {
    const { tokens } = world.reach("gcc", "gcc");
    world.emulator.clearCertificates(TENANTS.gcc, CLIENT);
    try {
      await assert.rejects(tokens.token(signal), (error) => {
        assert.ok(error instanceof SignInError);
        assert.equal(error.entraCode, "AADSTS700027");
        assert.doesNotMatch(error.message, /discovery/);
        return true;
      });
    } finally {
      world.emulator.registerCertificate(TENANTS.gcc, CLIENT, pair.certificatePem);
    }
  });

  test("points to the cloud when the root of another one misses a permission that is there", async () => {
    const lenient = await World.start(pair, { wrongRoot: "AF10001" });
    try {
      const { client } = lenient.reach("gcc", "commercial");
      await assert.rejects(client.listSubscriptions(signal), (error) => {
        assert.ok(error instanceof ApiError);
        assert.equal(error.apiCode, "AF10001");
        assert.deepEqual(error.permissionsSeen, []);
        assert.match(error.message, /the token carries none at all.*; .*If both are there, check cloud/);
        return true;
      });
    } finally {
      await lenient.close();
    }
  });
});

suite("discoverTenant()", () => {
  let world: World;
  before(async () => {
    world = await World.start(await makePair());
  });
  after(() => world.close());

  const options = (authority: string) => ({
    authority,
    dispatcher: world.reach("gcc", "gcc").dispatcher,
    clock: systemClock,
    requestTimeoutMs: 10_000,
  });

  for (const cloud of CLOUDS) {
    test(`finds GUID and cloud of a ${cloud} tenant by its domain`, async () => {
      const found = await discoverTenant(`${cloud}.example`, options(ENDPOINTS.commercial.authority), signal);
      assert.deepEqual(found, { tenantId: TENANTS[cloud], cloud });
    });
  }

  test("finds nothing when there is no such tenant", async () => {
    assert.equal(await discoverTenant("nobody.example", options(ENDPOINTS.gcc.authority), signal), undefined);
  });

  const answers: readonly { readonly name: string; readonly body: Record<string, unknown>; readonly cloud: unknown }[] =
    [
      { name: "21Vianet", body: { cloud_instance_name: "partner.microsoftonline.cn" }, cloud: "21vianet" },
      { name: "an Azure Government tenant", body: { cloud_instance_name: "microsoftonline.us" }, cloud: undefined },
      { name: "a cloud of later times", body: { tenant_region_sub_scope: "NEW" }, cloud: undefined },
    ];
  for (const { name, body, cloud } of answers) {
    test(`claims no cloud that it does not know: ${name}`, async () => {
      const issuer = `https://login.example/${TENANTS.gcc}/v2.0`;
      world.emulator.faults.add({
        match: { operation: "discovery" },
        action: { kind: "respond", status: 200, body: { issuer, ...body } },
      });
      const found = await discoverTenant("x.example", options(ENDPOINTS.gcc.authority), signal);
      assert.deepEqual(found, { tenantId: TENANTS.gcc, cloud });
    });
  }

  test("says so when somebody else answers", async () => {
    world.emulator.faults.add({ match: { operation: "discovery" }, action: { kind: "html" } });
    await assert.rejects(
      discoverTenant("x.example", options(ENDPOINTS.gcc.authority), signal),
      /^RetryableError: Cannot look up tenant "x\.example": "login\.microsoftonline\.com" answered with status 200 and no OpenID/,
    );
  });
});
