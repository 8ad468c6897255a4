import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { inspect } from "node:util";
import type { ClientAuthenticator } from "../../../collector/component.ts";
import { factory } from "../../../extensions/basicauth/factory.ts";
import { checkExtensionContract } from "../../contract/extension-contract.ts";
import { testSettings } from "../../support/test-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "basicauth-"));
const never = new AbortController().signal;

function create(client_auth: object): ClientAuthenticator {
  const health = (): never => assert.fail("nobody asks");
  const { authenticator } = factory.create({ ...testSettings(), health }, factory.config.parse({ client_auth }));
  assert.ok(authenticator);
  return authenticator;
}

let version = 0;
function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  version += 1;
  utimesSync(path, version, version);
  return path;
}

const basic = (text: string): object => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });

suite("basicauth", () => {
  after(() => rmSync(folder, { recursive: true }));

  test("sends user name and password, in UTF-8", async () => {
    assert.deepEqual(await create({ username: "ann", password: "pä:ss" }).headers(never), basic("ann:pä:ss"));
  });

  test("reads files again when they change, and says after a refusal whether it has something better", async () => {
    const username_file = write("user", "ann\n");
    const password_file = write("password", "old\n");
    const authenticator = create({ username: "not this", username_file, password_file });
    const sent = await authenticator.headers(never);
    assert.deepEqual(sent, basic("ann:old"));
    assert.equal(authenticator.refused(sent), false);
    write("password", "new\n");
    assert.equal(authenticator.refused(sent), true);
    assert.deepEqual(await authenticator.headers(never), basic("ann:new"));
  });

  test("says what is wrong with a file, here and in validate", async () => {
    const missing = { username: "ann", password_file: join(folder, "none") };
    const says = /^Cannot read password from "\S*none": .*no such file.*; check the path and who may read it$/;
    await assert.rejects(create(missing).headers(never), { code: "OTEL_O365_CREDENTIALS", message: says });
    const [problem] = factory.check?.(factory.config.parse({ client_auth: missing }), 0) ?? [];
    assert.deepEqual(problem?.path, ["client_auth", "password_file"]);
    assert.match(problem?.message ?? "", /^Cannot read password_file from/);
    await assert.rejects(
      create({ username: "ann", password_file: write("empty", "") }).headers(never),
      /it is empty or/,
    );
    await assert.rejects(
      create({ username_file: write("colon", "a:b"), password: "p" }).headers(never),
      /holds a colon/,
    );
  });

  const cases = [
    { name: "no password", config: { client_auth: { username: "u" } }, says: /give password or password_file/ },
    { name: "no user", config: { client_auth: { password: "p" } }, says: /give username or username_file/ },
    { name: "a user name with a colon", config: { client_auth: { username: "a:b", password: "p" } }, says: /colon/ },
    {
      name: "htpasswd",
      config: { client_auth: { username: "u", password: "p" }, htpasswd: {} },
      says: /is for servers/,
    },
  ];
  for (const { name, config, says } of cases) {
    test(`refuses ${name}`, () => assert.match(factory.config.safeParse(config).error?.message ?? "accepted", says));
  }

  test("does not print the password", () => {
    const config = factory.config.parse({ client_auth: { username: "u", password: "hunter2" } });
    assert.doesNotMatch(`${JSON.stringify(config)}${inspect(config, { depth: 9 })}`, /hunter2/);
  });
});

checkExtensionContract("basicauth", () =>
  factory.create(
    { ...testSettings(), health: () => assert.fail("nobody asks") },
    factory.config.parse({ client_auth: { username: "u", password: "p" } }),
  ),
);
