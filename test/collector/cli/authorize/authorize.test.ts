import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, suite, test } from "node:test";
import { parse, stringify } from "yaml";
import { makeCertificatePair } from "../../../../emulator/index.ts";
import { Administrator } from "../../../support/administrator.ts";
import { cli, type CliOutcome } from "../../../support/cli.ts";
import { CLIENT_ID, startCloudTenant, TENANT_ID, type CloudTenant } from "../../../support/cloud-tenant.ts";

const REDIRECT = "http://localhost:8400";

suite("otel-o365 authorize --no-browser", () => {
  let tenant: CloudTenant;
  let admin: Administrator;
  let folder: string;

  before(async () => {
    const pair = await makeCertificatePair();
    const registration = { clientId: CLIENT_ID, redirectUris: [REDIRECT], certificates: [pair.certificatePem] };
    tenant = await startCloudTenant({ cloud: "commercial", withoutApp: true, pair, registrations: [registration] });
    admin = new Administrator(tenant.emulator);
  });
  after(async () => {
    await admin.close();
    await tenant.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tenant.folder, "test-"));
    const pipelines = { logs: { receivers: ["o365/*"], exporters: ["debug"] } };
    writeFileSync(join(folder, "collector.yaml"), stringify({ exporters: { debug: {} }, service: { pipelines } }));
  });

  const file = (): string => join(folder, "integrations.d", "contoso.yaml");

  /** @param back What comes back of the page's address. */
  function authorize(back: (url: string) => Promise<string>, more: readonly string[] = []): Promise<CliOutcome> {
    const { receiver, emulator } = tenant;
    let asked = false;
    const flags = {
      config: join(folder, "collector.yaml"),
      name: "contoso",
      "client-id": CLIENT_ID,
      "certificate-file": String(receiver["certificate_file"]),
      "private-key-file": String(receiver["private_key_file"]),
      proxy: emulator.cloudProxy ?? "",
      "ca-file": join(tenant.folder, "ca.pem"),
    };
    const args = [
      "authorize",
      "--no-browser",
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ];
    return cli([...args, ...more], {
      user: async (printed) => {
        const [, url] = /\n {2}(https:\/\/\S+)\n[^]*Copy that address\.\n/.exec(printed) ?? [];
        if (url === undefined || asked) return undefined;
        asked = true;
        return back(url);
      },
    });
  }

  test("adds the tenant that consented, once a token has proven it", async () => {
    const { code, stdout, stderr } = await authorize((url) => admin.decide(url, "accept", TENANT_ID));
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^ok {4}o365\/contoso {2}token tenant: is of the configured tenant$/m);
    assert.match(stdout, /^Added "o365\/contoso" in /m);
    const {
      cloud,
      tenant_id: tenantId,
      client_id: clientId,
    } = parse(readFileSync(file(), "utf8")).receivers["o365/contoso"];
    assert.deepEqual([cloud, tenantId, clientId], ["commercial", TENANT_ID, CLIENT_ID]);
  });

  test("asks for all permissions of the application, in the tenant that is named", async () => {
    let asked: URL | undefined;
    const back = (url: string): Promise<string> => {
      asked = new URL(url);
      return admin.decide(url, "accept", TENANT_ID);
    };
    assert.equal((await authorize(back, ["--tenant", "contoso.example"])).code, 0);
    assert.equal(asked?.pathname, "/contoso.example/v2.0/adminconsent");
    assert.equal(asked.searchParams.get("scope"), "https://manage.office.com/.default");
    assert.equal(asked.searchParams.get("redirect_uri"), REDIRECT);
    assert.match(asked.searchParams.get("state") ?? "", /^[\w-]{43}$/);
  });

  const wrong: readonly {
    readonly name: string;
    readonly back: (url: string) => Promise<string>;
    readonly says: RegExp;
  }[] = [
    {
      name: "the administrator declines",
      back: (url) => admin.decide(url, "cancel", TENANT_ID),
      says: /Cannot authorize: Entra ID answered AADSTS65004 \(an administrator declined the consent, "AADSTS65004: User declined.*"\); start the consent again and accept it \(trace id [0-9a-f-]{36}, correlation id [0-9a-f-]{36}\)/,
    },
    {
      name: "the state is another one",
      back: async (url) => (await admin.decide(url, "accept", TENANT_ID)).replace(/state=[^&]+/, "state=forged"),
      says: /the answer belongs to another request \(its state differs\); start again/,
    },
    {
      name: "the tenant in the answer is forged",
      back: async (url) =>
        (await admin.decide(url, "accept", TENANT_ID)).replace(TENANT_ID, "99999999-0000-4000-8000-000000000000"),
      says: /Cannot add tenant "99999999-.*": it gave no token that can collect, see above; nothing was written/,
    },
    { name: "the address is cut", back: async () => REDIRECT, says: /the answer belongs to another request/ },
    {
      name: "it is no address",
      back: async () => "hello",
      says: /the answer cannot be read: it is no address; copy the whole/,
    },
  ];
  for (const { name, back, says } of wrong) {
    test(`writes nothing and says what to do when ${name}`, async () => {
      await assert.rejects(authorize(back), says);
      assert.equal(existsSync(file()), false);
    });
  }

  test("takes no other tenant than the one that was named, although that one has consented", async () => {
    const named = "99999999-0000-4000-8000-000000000000";
    // Whoever gets the address to open can have it ask for any tenant.
    const back = (url: string): Promise<string> => {
      assert.ok(url.includes(named));
      return admin.decide(url.replace(named, "organizations"), "accept", TENANT_ID);
    };
    await assert.rejects(
      authorize(back, ["--tenant", named]),
      new RegExp(
        `Cannot authorize: the answer is of tenant "${TENANT_ID}", and --tenant "${named}" is "${named}"; nothing was written`,
      ),
    );
    assert.equal(existsSync(file()), false);
  });

  test("asks nobody for consent when the domain is of no tenant", async () => {
    const nobody = (): Promise<string> => Promise.reject(new Error("somebody was asked"));
    const { code, stderr } = await authorize(nobody, ["--tenant", "fabrikam.example"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /Cannot use --tenant "fabrikam\.example": Entra ID of cloud "commercial" knows no such tenant/,
    );
  });

  test("asks nobody for consent when the integration could not be added", async () => {
    const nobody = (): Promise<string> => Promise.reject(new Error("somebody was asked"));
    const more = ["--content-type", "Audit.Nothing"];
    const { code, stderr } = await authorize(nobody, more);
    assert.equal(code, 2);
    assert.match(stderr, /content_types.*must be one of/);
    assert.match(stderr, /Nobody was asked for consent, because the integration could not be added/);
  });

  test("takes only addresses of this machine to be led back to", async () => {
    const { code, stderr } = await authorize(() => Promise.resolve(""), ["--redirect-uri", "https://example.com/back"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /Cannot use --redirect-uri "https:\/\/example\.com\/back": it must be an http address of this machine/,
    );
  });

  test("names every flag that is missing where nobody can be asked", async () => {
    const { code, stderr } = await cli(["authorize", "--config", join(folder, "collector.yaml")]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /--name <name>, --client-id <guid>, --certificate-file <file>, --private-key-file <file> are missing/,
    );
  });
});
