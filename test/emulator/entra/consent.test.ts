import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startEmulator, type Emulator } from "../../../emulator/index.ts";
import { Administrator } from "../../support/administrator.ts";

const CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const ONE = "00000000-0000-4000-8000-000000000001";
const TWO = "00000000-0000-4000-8000-000000000002";
const GOV = "00000000-0000-4000-8000-000000000003";
const LOGIN = "https://login.microsoftonline.com";

suite("admin consent endpoint", () => {
  let emulator: Emulator;
  let admin: Administrator;
  before(async () => {
    emulator = await startEmulator({
      cloudProxyPort: 0,
      tenants: [
        { tenantId: ONE, domains: ["one.example"] },
        { tenantId: TWO, domains: ["two.example"] },
        { tenantId: GOV, cloud: "dod" },
      ],
      registrations: [
        { clientId: CLIENT, displayName: "<Audit>", redirectUris: ["http://localhost", "https://app.example/back"] },
      ],
    });
    admin = new Administrator(emulator);
  });
  after(async () => {
    await admin.close();
    await emulator.close();
  });

  function url(changes: Readonly<Record<string, string | undefined>> = {}, path = "organizations/v2.0"): string {
    const query = new URLSearchParams();
    const usual = {
      client_id: CLIENT,
      scope: "https://manage.office.com/.default",
      redirect_uri: "http://localhost:8400",
      state: "s",
    };
    for (const [name, value] of Object.entries({ ...usual, ...changes }))
      if (value !== undefined) query.set(name, value);
    return `${LOGIN}/${path}/adminconsent?${query.toString()}`;
  }

  test("shows what the application asks for, and which accounts may consent", async () => {
    const { status, page } = await admin.look(url());
    assert.equal(status, 200);
    for (const text of [
      "Permissions requested",
      "&lt;Audit&gt;",
      "Read activity data",
      "admin@one.example",
      "admin@two.example",
    ]) {
      assert.ok(page.includes(text), text);
    }
    assert.ok(!page.includes(GOV), "a tenant of the other Entra ID");
    assert.ok(!(await admin.look(url({}, "two.example/v2.0"))).page.includes("admin@one.example"));
  });

  test("leads back with consent, tenant, scope and state, and puts the application into the tenant", async () => {
    const back = new URL(await admin.decide(url(), "accept", TWO));
    assert.equal(back.origin, "http://localhost:8400");
    assert.deepEqual(Object.fromEntries(back.searchParams), {
      admin_consent: "True",
      tenant: TWO,
      scope: "https://manage.office.com/.default",
      state: "s",
    });
    emulator.setRoles(TWO, CLIENT, []);
    assert.throws(() => emulator.setRoles(ONE, CLIENT, []), /has none of that id/);
  });

  test("leads back with an error, and admin_consent=True all the same, when declined", async () => {
    const back = new URL(await admin.decide(url(), "cancel", ONE));
    assert.equal(back.searchParams.get("error"), "access_denied");
    assert.match(back.searchParams.get("error_description") ?? "", /^AADSTS65004: .*\r\nTrace ID: [0-9a-f-]{36}\r\n/);
    assert.equal(back.searchParams.get("admin_consent"), "True");
    assert.equal(back.searchParams.get("tenant"), null);
    assert.throws(() => emulator.setRoles(ONE, CLIENT, []), /has none of that id/);
  });

  test("the older endpoint takes common, asks for no scope and leads back without one", async () => {
    const back = new URL(await admin.decide(url({ scope: undefined }, "common"), "accept", ONE));
    assert.deepEqual(Object.fromEntries(back.searchParams), { admin_consent: "True", tenant: ONE, state: "s" });
    const refused = new URL(await admin.decide(url({ scope: undefined }, "common"), "cancel", ONE));
    assert.deepEqual(
      [refused.searchParams.get("error"), refused.searchParams.get("admin_consent")],
      ["permission_denied", null],
    );
  });

  const refused: readonly { readonly name: string; readonly url: () => string; readonly code: string }[] = [
    { name: "an unknown application", url: () => url({ client_id: ONE }), code: "AADSTS700016" },
    { name: "no application", url: () => url({ client_id: undefined }), code: "AADSTS900144" },
    { name: "no redirect address", url: () => url({ redirect_uri: undefined }), code: "AADSTS900971" },
    { name: "another path", url: () => url({ redirect_uri: "http://localhost:8400/other" }), code: "AADSTS50011" },
    { name: "another host", url: () => url({ redirect_uri: "https://evil.example/back" }), code: "AADSTS50011" },
    {
      name: "another port of a real host",
      url: () => url({ redirect_uri: "https://app.example:444/back" }),
      code: "AADSTS50011",
    },
    {
      name: "single permissions",
      url: () => url({ scope: "https://manage.office.com/ActivityFeed.Read" }),
      code: "AADSTS70011",
    },
    { name: "an unknown tenant", url: () => url({}, "nobody.example/v2.0"), code: "AADSTS90002" },
    { name: "common", url: () => url({}, "common/v2.0"), code: "AADSTS90002" },
  ];
  for (const { name, url: address, code } of refused) {
    test(`shows ${code} instead of redirecting for ${name}`, async () => {
      const { status, page } = await admin.look(address());
      assert.equal(status, 400);
      assert.ok(page.includes(`${code}: `), page);
    });
  }
});
